import type { BenchEntry, BenchReport } from '../report/bench/results.js';

/** Counts of a report's entries. */
export function summaryOf(entries: readonly BenchEntry[], seconds: number): BenchReport['summary'] {
  const count = (holds: (entry: BenchEntry) => boolean) => entries.filter(holds).length;
  return {
    done: count(({ status }) => status === 'done'),
    failed: count(({ status }) => status === 'failed'),
    cached: count(({ cached }) => cached),
    pass: count(({ verdict }) => verdict === 'pass'),
    fail: count(({ verdict }) => verdict === 'fail'),
    undecided: count(({ verdict }) => verdict === 'undecided'),
    seconds,
  };
}
