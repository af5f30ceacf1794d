import { finalAccuracy } from './entry_figures.js';
import type { BenchEntry, BenchReport, LayerSensitivity } from './results.js';

/**
 * The entries by model in the order of the suite, then by accuracy, the best first; failed ones last in their model.
 * Equal ones stay as they are.
 */
export function sortedEntries({ models, entries }: BenchReport): BenchEntry[] {
  const places = new Map(models.map(({ name }, index) => [name, index]));
  const place = ({ model }: BenchEntry) => places.get(model) ?? models.length;
  // Lower than any accuracy.
  const top1 = (entry: BenchEntry) => finalAccuracy(entry)?.top1 ?? -1;
  return [...entries].sort((a, b) => place(a) - place(b) || order(a.model, b.model) || top1(b) - top1(a));
}

/** The layers by what they cost alone, the worst first. */
export function bySensitivity(layers: readonly LayerSensitivity[]): LayerSensitivity[] {
  return [...layers].sort((a, b) => b.drop - a.drop);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
