import type { BenchAccuracy, BenchEntry, BenchReport } from '../report/bench/results.js';
import { countOnes } from './correct_bits.js';
import { worstVerdict } from './gates.js';
import { summaryOf } from './summary.js';

/** A field of a report that contradicts another one. */
export interface Contradiction {
  /** e.g. 'entries.3.approx.correctBits'. */
  readonly field: string;
  readonly reason: string;
}

/** The first field of a report that does not fit the others; undefined where all do. */
export function contradictionIn(report: BenchReport): Contradiction | undefined {
  const { models, multipliers, datasets, entries } = report;
  return (
    repeated(
      'models',
      'name',
      models.map(({ name }) => name),
    ) ??
    repeated(
      'multipliers',
      'name',
      multipliers.map(({ name }) => name),
    ) ??
    repeated(
      'datasets',
      'name',
      datasets.map(({ name }) => name),
    ) ??
    repeated(
      'entries',
      'id',
      entries.map(({ id }) => id),
    ) ??
    firstOf(entries, (entry, index) => inEntry(entry, `entries.${index}`)) ??
    inSummary(report)
  );
}

function firstOf<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => Contradiction | undefined,
): Contradiction | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function repeated(list: string, field: string, names: readonly string[]): Contradiction | undefined {
  const seen = new Set<string>();
  return firstOf(names, (name, index) => {
    if (seen.has(name)) return { field: `${list}.${index}.${field}`, reason: 'appears twice' };
    seen.add(name);
    return undefined;
  });
}

function inEntry(entry: BenchEntry, field: string): Contradiction | undefined {
  const { status, error, approx, samples, gates, verdict } = entry;
  if (status === 'done' && approx === null) {
    return { field: `${field}.approx`, reason: 'expected an accuracy, as the entry is done' };
  }
  if (status === 'failed' && error === null) {
    return { field: `${field}.error`, reason: 'expected a reason, as the entry failed' };
  }
  const worst = worstVerdict(status === 'failed', gates);
  if (verdict !== worst) {
    const reason = `expected ${worst}, as status and gates say, got ${verdict}`;
    return { field: `${field}.verdict`, reason };
  }
  const names = gates.map(({ gate }) => gate);
  return (
    repeated(`${field}.gates`, 'gate', names) ??
    firstOf(['float', 'exact', 'approx', 'tuned'] as const, (variant) => {
      const accuracy = entry[variant];
      return accuracy === null ? undefined : inAccuracy(accuracy, samples, `${field}.${variant}`);
    })
  );
}

/** The bits of the right samples decide comparisons with the baseline; they must be those of these samples. */
function inAccuracy(
  { correct, correctBits }: BenchAccuracy,
  samples: number,
  field: string,
): Contradiction | undefined {
  const bytes = Buffer.from(correctBits, 'base64');
  if (bytes.length !== Math.ceil(samples / 8)) {
    const reason = `expected ${Math.ceil(samples / 8)} bytes for ${samples} samples, got ${bytes.length}`;
    return { field: `${field}.correctBits`, reason };
  }
  if (samples % 8 !== 0 && bytes.at(-1)! >> (samples % 8) !== 0) {
    return { field: `${field}.correctBits`, reason: `has bits beyond the ${samples} samples` };
  }
  const ones = countOnes(bytes);
  if (ones === correct) return undefined;
  return { field: `${field}.correctBits`, reason: `expected ${correct} samples to be right, got ${ones}` };
}

/** The outcome of a run is told by its summary. */
function inSummary({ summary, entries }: BenchReport): Contradiction | undefined {
  const { seconds: _, ...expected } = summaryOf(entries, summary.seconds);
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    if (summary[name] === expected[name]) continue;
    const reason = `expected ${expected[name]}, as the entries say, got ${summary[name]}`;
    return { field: `summary.${name}`, reason };
  }
  return undefined;
}
