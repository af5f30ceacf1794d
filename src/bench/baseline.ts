import { pairedInterval, unpairedInterval } from '../eval/statistics.js';
import type { BaselineComparison, BenchAccuracy, BenchEntry, BenchReport } from '../report/bench/results.js';
import { discordant } from './correct_bits.js';

/** An entry that is compared with a baseline. */
export interface ComparedEntry {
  readonly id: string;
  readonly key: string | null;
  readonly accuracy: BenchAccuracy | null;
  readonly samples: number;
  /** SHA-256 of its images; results on the same ones are compared image by image. */
  readonly dataset: string | null;
}

/** Stored results that others are compared with. */
export class Baseline {
  readonly file: string;
  readonly #report: BenchReport;
  readonly #matched = new Set<BenchEntry>();
  readonly #added: string[] = [];

  constructor(report: BenchReport, file: string) {
    this.#report = report;
    this.file = file;
  }

  /**
   * Its entry of the same content, else of the same name; null where there is none or one of the two failed. The same
   * content with the same outcome is the same network: its change is 0 on all images there are, not on these alone.
   */
  compare({ id, key, accuracy, samples, dataset }: ComparedEntry): BaselineComparison | null {
    const { entries } = this.#report;
    // Tables of the same content have the same result: all of them are matched.
    const byKey = entries.filter((entry) => key !== null && entry.key === key);
    const byName = entries.find((entry) => entry.id === id);
    const found = byName !== undefined && byKey.includes(byName) ? byName : (byKey[0] ?? byName);
    if (found === undefined) {
      this.#added.push(id);
      return null;
    }
    for (const entry of [found, ...byKey]) this.#matched.add(entry);
    const before = found.tuned ?? found.approx;
    if (before === null || accuracy === null) return null;
    const images = this.#report.datasets.find(({ name }) => name === found.dataset);
    const same = images?.sha256 === dataset && found.samples === samples;
    const match = byKey.length > 0 ? 'content' : 'name';
    return {
      match,
      top1: before.top1,
      drop: found.drop.exact,
      change: accuracy.top1 - before.top1,
      changeInterval:
        match === 'content' && accuracy.correctBits === before.correctBits
          ? [0, 0]
          : same
            ? pairedChange(accuracy, before, samples)
            : unpairedInterval(
                { successes: accuracy.correct, trials: samples },
                { successes: before.correct, trials: found.samples },
              ),
    };
  }

  /** Of all comparisons so far: what the baseline has more, and what it lacks. */
  result(): NonNullable<BenchReport['baseline']> {
    const stale = this.#report.entries.filter((entry) => !this.#matched.has(entry)).map(({ id }) => id);
    return { file: this.file, stale, added: this.#added };
  }
}

function pairedChange(now: BenchAccuracy, before: BenchAccuracy, samples: number): [number, number] {
  const { onlyFirst, onlySecond } = discordant(now.correctBits, before.correctBits);
  return pairedInterval(onlyFirst, onlySecond, samples);
}
