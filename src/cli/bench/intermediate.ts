import type { BenchReport } from '../../report/bench/results.js';
import { type ReportTarget, writeIntermediate } from './report_targets.js';

/** Results so far are written this often at most, in ms. */
const interval = 1000;

/** Keeps the JSON files of a run up to date while it goes on. */
export class Intermediate {
  readonly #targets: readonly ReportTarget[];
  #last = Number.NEGATIVE_INFINITY;
  /** Not written yet. */
  #newest: (() => BenchReport) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #ended = false;

  /** @param targets those that are no JSON are left alone */
  constructor(targets: readonly ReportTarget[]) {
    this.#targets = targets.filter(({ kind }) => kind === 'json');
  }

  /** Has the results written: now, or as soon as the interval is over. */
  add(report: () => BenchReport): void {
    this.#newest = report;
    this.#schedule();
  }

  /** Nothing is written any more when it is done. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #schedule(): void {
    const idle = this.#timer === undefined && this.#writing === undefined;
    if (!idle || this.#ended || this.#newest === undefined || this.#targets.length === 0) return;
    const wait = Math.max(0, this.#last + interval - performance.now());
    this.#timer = setTimeout(() => this.#write(this.#newest!()), wait);
  }

  #write(report: BenchReport): void {
    this.#newest = undefined;
    this.#timer = undefined;
    // What cannot be written now is said when the final report cannot.
    this.#writing = writeIntermediate(report, this.#targets)
      .catch(() => undefined)
      .finally(() => {
        this.#last = performance.now();
        this.#writing = undefined;
        this.#schedule();
      });
  }
}
