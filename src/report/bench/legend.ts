import type { BenchReport } from './results.js';

/** What the columns of the results mean, in sentences; only of those that are there. */
export function legend({ entries, baseline }: BenchReport): string {
  const sentences = ['Drops in points: exact − approximate, and float32 − approximate (to float).'];
  if (baseline !== null) sentences.push('Change: top-1 against the baseline, in points.');
  if (entries.some((entry) => entry.baseline?.match === 'name')) {
    sentences.push("≈: the baseline's entry has the same name, but another model, table, data or options.");
  }
  if (entries.some(({ relativePower }) => relativePower !== null)) {
    sentences.push('Power: of the multiplications, over that with the exact multiplier.');
  }
  return sentences.join(' ');
}
