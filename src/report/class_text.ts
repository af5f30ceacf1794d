import { count, percent } from './numbers.js';
import type { AccuracyResult, EvalReport } from './results.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';

/** Confused pairs that are listed where the whole matrix is too wide. */
const mostPairs = 20;

/** Class names above the columns of the confusion matrix are cut to this. */
const predictedWidth = 5;

/** What --per-class and --confusion add. */
export function classLines(report: EvalReport, style: Style, width: number): string[] {
  const perClass = perClassLines(report.results, style, width);
  const confusion = confusionLines(report.results.approx, style, width);
  return perClass.length > 0 && confusion.length > 0
    ? [...perClass, '', ...confusion]
    : [...perClass, ...confusion];
}

function perClassLines(results: EvalReport['results'], style: Style, width: number): string[] {
  const rows = results.approx.perClass;
  if (rows === undefined) return [];
  const columns: Column<number>[] = [
    { header: 'class', cell: (index) => rows[index]!.class, shrinkTo: 12 },
    { header: 'samples', align: 'right', cell: (index) => count(rows[index]!.samples) },
  ];
  const add = (header: string, result: AccuracyResult | null) => {
    const perClass = result?.perClass;
    if (perClass === undefined) return;
    const cell = (index: number) => (rows[index]!.samples === 0 ? '–' : percent(perClass[index]!.top1));
    columns.push({ header, align: 'right', cell });
  };
  add('float32 %', results.float);
  add('exact %', results.exact);
  add('approximate %', results.approx);
  return table(columns, [...rows.keys()], width, style);
}

function confusionLines(result: AccuracyResult, style: Style, width: number): string[] {
  const { confusion, perClass } = result;
  if (confusion === undefined) return [];
  const name = (index: number) => perClass?.[index]?.class ?? String(index);
  const indices = [...confusion.keys()];
  const widest = Math.max(
    ...indices.map((index) => Math.min(predictedWidth, name(index).length)),
    ...confusion.flat().map((value) => String(value).length),
  );
  if ((widest + 1) * (indices.length + 1) + 12 <= width) {
    const columns: Column<number>[] = [
      { header: 'label \\ predicted', cell: name, shrinkTo: 17 },
      ...indices.map(
        (predicted): Column<number> => ({
          header: [...name(predicted)].slice(0, predictedWidth).join(''),
          align: 'right',
          gap: 1,
          cell: (label) => (confusion[label]![predicted] === 0 ? '·' : String(confusion[label]![predicted])),
          emphasis: (label) => (label === predicted ? 'strong' : undefined),
        }),
      ),
    ];
    return table(columns, indices, width, style);
  }
  const pairs = confusion
    .flatMap((row, label) => row.map((times, predicted) => ({ label, predicted, times })))
    .filter(({ label, predicted, times }) => label !== predicted && times > 0)
    .sort((a, b) => b.times - a.times)
    .slice(0, mostPairs);
  return table<(typeof pairs)[number]>(
    [
      { header: 'label', cell: ({ label }) => name(label) },
      { header: 'predicted', cell: ({ predicted }) => name(predicted) },
      { header: 'times', align: 'right', cell: ({ times }) => count(times) },
    ],
    pairs,
    width,
    style,
  );
}
