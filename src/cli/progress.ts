import type { EvalProgress } from '../eval/settings.js';
import type { Output } from './process_io.js';

/** At most ten updates a second. */
const interval = 100;
const barWidth = 24;

/** Draws progress in one line of a terminal; nothing where the stream is none. */
export class ProgressLine {
  readonly #stream: Output;
  readonly #now: () => number;
  #phase = '';
  #phaseStart = 0;
  #phaseFirst = 0;
  #drawn = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds. */
  constructor(stream: Output, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  update(progress: EvalProgress): void {
    if (!this.#stream.isTTY) return;
    const now = this.#now();
    const fresh = progress.phase !== this.#phase;
    if (fresh) {
      this.#phase = progress.phase;
      this.#phaseStart = now;
      this.#phaseFirst = progress.done;
    }
    if (!fresh && now - this.#drawn < interval) return;
    this.#drawn = now;
    const seconds = (now - this.#phaseStart) / 1000;
    const rate = seconds > 0 ? (progress.done - this.#phaseFirst) / seconds : 0;
    const width = (this.#stream.columns ?? 80) - 1;
    this.#stream.write(`${clearLine(this.#stream)}${progressText(progress, rate).slice(0, width)}`);
  }

  /** Removes the line, so that something else can be written. */
  clear(): void {
    if (this.#drawn === Number.NEGATIVE_INFINITY) return;
    this.#drawn = Number.NEGATIVE_INFINITY;
    this.#stream.write(clearLine(this.#stream));
  }
}

/** What takes the cursor to the start of an empty line; '' where the stream is no terminal. */
export function clearLine(stream: Output): string {
  return stream.isTTY ? '\r\u001b[K' : '';
}

function progressText({ phase, done, total }: EvalProgress, rate: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const parts = [phase.padEnd(11), bar, `${done}/${total}`];
  if (rate > 0)
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)} images/s`, left((total - done) / rate));
  return parts.join('  ');
}

function left(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s left` : `${whole} s left`;
}
