import { html } from '../../html.js';
import { type ListingColumn, listing } from '../../listing.js';
import { relative } from '../../lut/metrics_text.js';
import { textOf } from '../../markup.js';
import { duration, fixed, percent, signed, signedPercent, significant } from '../../numbers.js';
import type { BenchEntry, BenchMultiplier, BenchReport } from '../results.js';
import { pointsInterval, verdictText } from './figures.js';
import { verdictBadge } from './overview.js';
import { entryAnchor, paragraph, type Section } from './section.js';

interface Row {
  readonly index: number;
  readonly entry: BenchEntry;
  readonly multiplier: BenchMultiplier | undefined;
}

type Column = ListingColumn<Row>;

/** All entries; columns that say nothing about this suite are left out. */
export function entriesSection(
  { entries }: BenchReport,
  multipliers: ReadonlyMap<string, BenchMultiplier>,
): Section {
  const rows = entries.map((entry, index) => ({
    index,
    entry,
    multiplier: multipliers.get(entry.multiplier),
  }));
  const section = { id: 'entries', title: 'Entries' };
  if (rows.length === 0) return { ...section, content: [paragraph('There is none.')] };
  return {
    ...section,
    content: [
      listing({
        label: 'Entries',
        rows,
        id: ({ index }) => entryAnchor(index),
        columns: [
          identity,
          ...[judgement, ...figures].filter(({ value }) => rows.some((row) => value(row) !== null)),
          ...varying.filter(({ value }) => new Set(rows.map(value)).size > 1),
        ],
        filter: {
          placeholder: 'network, multiplier, verdict …',
          label: 'Filter by network, multiplier, dataset, options or verdict',
          noun: ['entry', 'entries'],
        },
      }),
    ],
  };
}

const identity: Column = {
  header: 'entry',
  look: 'long',
  value: ({ entry }) => entry.id,
  search: ({ entry }) => `${entry.id} ${entry.model} ${entry.multiplier} ${entry.dataset}`,
};

const judgement: Column = {
  header: 'verdict',
  value: ({ entry }) => entry.verdict ?? (entry.status === 'failed' ? 'could not run' : null),
  markup: ({ entry }) =>
    entry.status === 'failed'
      ? html('span', { class: 'verdict fail', title: entry.error ?? undefined }, textOf('✕ could not run'))
      : entry.verdict === null
        ? '–'
        : verdictBadge(entry.verdict),
  search: ({ entry: { verdict, status } }) =>
    `${verdict === null ? '' : verdictText[verdict]} ${status === 'failed' ? 'could not run' : 'done'}`,
};

function option(header: string, value: (entry: BenchEntry) => string | number): Column {
  const of = ({ entry }: Row) => value(entry);
  return { header, value: of, search: (row) => String(of(row)) };
}

const varying: readonly Column[] = [
  option('network', ({ model }) => model),
  option('multiplier', ({ multiplier }) => multiplier),
  option('dataset', ({ dataset }) => dataset),
  option('quantization', ({ quantization }) => quantization),
  option('layers', ({ assignment }) => assignment),
  option('seed', ({ seed }) => seed),
];

/** A figure of an entry; null where it is not known. */
function figure(
  header: string,
  title: string,
  value: (row: Row) => number | null | undefined,
  text: (value: number) => string,
): Column {
  // Tables without nonzero products have no relative error.
  const known = (row: Row) => {
    const found = value(row) ?? Number.NaN;
    return Number.isFinite(found) ? found : null;
  };
  return {
    header,
    title,
    look: 'number',
    value: known,
    text: (row) => text(known(row)!),
  };
}

function interval(
  title: string,
  of: (entry: BenchEntry) => readonly [number, number] | null | undefined,
  text: (interval: readonly [number, number]) => string,
): Column {
  return {
    header: '95 %',
    title,
    look: 'number',
    value: ({ entry }) => of(entry)?.[0] ?? null,
    text: ({ entry }) => text(of(entry)!),
  };
}

function metric(
  header: string,
  title: string,
  of: (metrics: BenchMultiplier['metrics']) => number,
  text: (value: number) => string,
): Column {
  return figure(
    header,
    `${title} of the multiplier`,
    ({ multiplier }) => multiplier && of(multiplier.metrics),
    text,
  );
}

const figures: readonly Column[] = [
  figure(
    'top-1 %',
    'accuracy with the approximate multiplier, after retraining where there was one',
    ({ entry }) => (entry.tuned ?? entry.approx)?.top1,
    percent,
  ),
  interval(
    'interval of top-1',
    ({ tuned, approx }) => (tuned ?? approx)?.top1Interval,
    ([low, high]) => `${percent(low)}–${percent(high)}`,
  ),
  figure('drop', 'exact − approximate, percentage points', ({ entry }) => entry.drop.exact, percent),
  interval('interval of the drop', ({ drop }) => drop.exactInterval, pointsInterval),
  figure(
    'power %',
    'of the multiplications, over that with the exact multiplier',
    ({ entry }) => entry.relativePower,
    (value) => percent(value, 1),
  ),
  figure('mW', 'power of one multiplier', ({ multiplier }) => multiplier?.power?.milliwatt, significant),
  metric('MAE', 'mean absolute error', ({ mae }) => mae, significant),
  metric('MRED %', 'mean relative error', ({ mred }) => mred, relative),
  metric('bias', 'mean error', ({ bias }) => bias, signed),
  figure(
    'change',
    'of top-1 against the baseline, percentage points',
    ({ entry }) => entry.baseline?.change,
    signedPercent,
  ),
  figure(
    'p',
    'McNemar’s exact test of exact against approximate',
    ({ entry }) => entry.p,
    (p) => (p < 0.001 ? '<0.001' : fixed(p, 3)),
  ),
  figure(
    'untrained %',
    'top-1 before retraining',
    ({ entry }) => (entry.tuned === null ? null : entry.approx?.top1),
    percent,
  ),
  figure('top-5 %', 'as top-1 %', ({ entry }) => (entry.tuned ?? entry.approx)?.top5, percent),
  figure('exact %', 'top-1 with exact products', ({ entry }) => entry.exact?.top1, percent),
  figure('float32 %', 'top-1 of the float32 network', ({ entry }) => entry.float?.top1, percent),
  {
    ...figure('time', 'of its own computation', ({ entry }) => entry.seconds, duration),
    text: ({ entry }) => `${duration(entry.seconds)}${entry.cached ? ', cached' : ''}`,
  },
];
