import type { Output } from './process_io.js';
import { type Progress, progressText } from './progress_text.js';

/** At most ten updates a second. */
const interval = 100;

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

  update(progress: Progress): void {
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
    this.#stream.write(`${clearLine(this.#stream)}${progressText(progress, rate, width)}`);
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
