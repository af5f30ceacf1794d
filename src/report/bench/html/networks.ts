import { printable } from '../../printable.js';
import type { BenchAccuracy, BenchDataset, BenchEntry, BenchModel, BenchReport } from '../results.js';

/** An entry that was evaluated, and where it stands in the report. */
export interface Evaluated {
  readonly index: number;
  readonly entry: BenchEntry;
  /** What counts: after retraining where there was one. */
  readonly accuracy: BenchAccuracy;
}

/** The entries of one network on one dataset: those that can be compared. */
export interface Network {
  readonly title: string;
  readonly model: BenchModel | undefined;
  readonly dataset: BenchDataset | undefined;
  readonly entries: readonly Evaluated[];
}

/** Networks with at least one evaluated entry, in the order of the report. */
export function networksOf({ entries, models, datasets }: BenchReport): Network[] {
  const groups = new Map<string, Evaluated[]>();
  entries.forEach((entry, index) => {
    const accuracy = entry.tuned ?? entry.approx;
    if (accuracy === null) return;
    const key = JSON.stringify([entry.model, entry.dataset]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ index, entry, accuracy });
  });
  return [...groups.values()].map((group) => {
    const { model, dataset } = group[0]!.entry;
    return {
      title: `${model} on ${dataset}`,
      model: models.find(({ name }) => name === model),
      dataset: datasets.find(({ name }) => name === dataset),
      entries: group,
    };
  });
}

/** Name of an entry within its network; fit for a drawing. */
export function nameWithin({ entry }: Evaluated): string {
  const prefix = `${entry.model} · `;
  return printable(entry.id.startsWith(prefix) ? entry.id.slice(prefix.length) : entry.id);
}
