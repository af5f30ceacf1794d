import { count, fixed, percent, percentInterval } from './numbers.js';
import type { AccuracyResult, EvalReport } from './results.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';
import { paragraph } from './text_blocks.js';

interface Variant {
  readonly label: string;
  readonly result: AccuracyResult;
}

/** Below this p the two models are said to differ. */
const significanceLevel = 0.05;

/** Float, exact-integer and approximate side by side, then where the accuracy went. */
export function accuracyLines(report: EvalReport, style: Style, width: number): string[] {
  const { float, exact, approx } = report.results;
  const variants: Variant[] = [];
  if (float !== null) variants.push({ label: 'float32', result: float });
  if (exact !== null) variants.push({ label: 'exact', result: exact });
  variants.push({ label: 'approximate', result: approx });
  if (report.kind === 'label-free') {
    const compared = variants.filter((variant) => variant.label !== 'float32');
    return table(agreementColumns, compared, width, style);
  }
  const drop = dropLines(report, style, width);
  const separator = drop.length > 0 ? [''] : [];
  return [...table(accuracyColumns(variants), variants, width, style), ...separator, ...drop];
}

const emphasis = (variant: Variant) => (variant.label === 'approximate' ? 'strong' : undefined);

const agreementColumns: Column<Variant>[] = [
  { header: '', cell: ({ label }) => label, emphasis },
  { header: 'same top-1 as float %', align: 'right', cell: ({ result }) => percent(result.top1), emphasis },
  { header: '95 % interval', align: 'right', cell: ({ result }) => percentInterval(result.top1Interval) },
];

function accuracyColumns(variants: readonly Variant[]): Column<Variant>[] {
  const columns: Column<Variant>[] = [
    { header: '', cell: ({ label }) => label, emphasis },
    { header: 'top-1 %', align: 'right', cell: ({ result }) => percent(result.top1), emphasis },
    {
      header: '95 %',
      align: 'right',
      gap: 1,
      cell: ({ result }) => percentInterval(result.top1Interval),
      emphasis: () => 'quiet',
    },
  ];
  if (variants.some(({ result }) => result.top5 !== null)) {
    columns.push(
      { header: 'top-5 %', align: 'right', cell: ({ result }) => percent(result.top5) },
      {
        header: '95 %',
        align: 'right',
        gap: 1,
        cell: ({ result }) => (result.top5Interval === null ? '–' : percentInterval(result.top5Interval)),
        emphasis: () => 'quiet',
      },
    );
  }
  columns.push(
    { header: 'loss', align: 'right', cell: ({ result }) => fixed(result.loss, 3) },
    {
      header: '95 %',
      align: 'right',
      gap: 1,
      cell: ({ result }) => `±${fixed((result.lossInterval[1] - result.lossInterval[0]) / 2, 3)}`,
      emphasis: () => 'quiet',
    },
  );
  if (variants.some(({ result }) => result.agreementWithFloat !== null)) {
    columns.push({
      header: 'as float',
      dispensable: 1,
      align: 'right',
      cell: ({ label, result }) => (label === 'float32' ? '' : percent(result.agreementWithFloat)),
    });
  }
  return columns;
}

function dropLines(report: EvalReport, style: Style, width: number): string[] {
  const { drop, mcnemar } = report;
  const rows: { label: string; value: number; note: string; main: boolean }[] = [];
  const add = (label: string, value: number | null, note: string, main = false) => {
    if (value !== null) rows.push({ label, value, note, main });
  };
  add('drop of top-1', drop.total, 'points, float32 − approximate', true);
  add('  quantization', drop.quantization, 'float32 − exact integer');
  add('  multiplier', drop.multiplier, 'exact integer − approximate');
  const lines = table<(typeof rows)[number]>(
    [
      { header: '', cell: (row) => row.label, emphasis: (row) => (row.main ? 'strong' : undefined) },
      {
        header: '',
        align: 'right',
        cell: (row) => percent(row.value),
        emphasis: (row) => (row.main ? 'strong' : undefined),
      },
      { header: '', cell: (row) => row.note, emphasis: () => 'quiet' },
    ],
    rows,
    width,
    style,
  ).slice(1);
  return mcnemar === null ? lines : [...lines, ...paragraph(significance(mcnemar), width)];
}

function significance({ exactOnly, approxOnly, p }: NonNullable<EvalReport['mcnemar']>): string {
  const counts = `only the exact model is right on ${count(exactOnly)}, only the approximate on ${count(approxOnly)}`;
  const value = p < 0.001 ? 'p < 0.001' : `p = ${fixed(p, 3)}`;
  return p < significanceLevel
    ? `The multiplier makes a significant difference (McNemar ${value}: ${counts}).`
    : `The multiplier makes no significant difference (McNemar ${value}: ${counts}).`;
}
