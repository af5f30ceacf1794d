import { counted, duration, metric, percent, percentInterval } from '../numbers.js';
import type { Style } from '../style.js';
import { type Column, table } from '../table.js';
import { paragraph } from '../text_blocks.js';
import {
  changeDirection,
  changeText,
  failureText,
  finalAccuracy,
  labelBelowModel,
  pointsInterval,
  powerText,
  tuningText,
} from './entry_figures.js';
import { sortedEntries } from './entry_order.js';
import { verdictMarks } from './gate_text.js';
import { legend } from './legend.js';
import type { BenchEntry, BenchReport, Verdict } from './results.js';

const verdictEmphasis: Readonly<Record<Verdict, keyof Style>> = {
  pass: 'good',
  fail: 'bad',
  undecided: 'caution',
};

/** One line per entry, below a heading for each model. */
export function resultLines(report: BenchReport, style: Style, width: number): string[] {
  const entries = sortedEntries(report);
  if (entries.length === 0) return [];
  const firsts = new Set(entries.filter((entry, index) => entry.model !== entries[index - 1]?.model));
  const above = (entry: BenchEntry): string[] => {
    if (!firsts.has(entry)) return [];
    const heading = modelHeading(report, entry.model, entries);
    return [...(entry === entries[0] ? [] : ['']), ...paragraph(heading, width).map(style.strong)];
  };
  return [
    ...table(columnsFor(report), entries, width, style, entryNote, above),
    ...paragraph(legend(report), width).map(style.quiet),
  ];
}

function columnsFor(report: BenchReport): Column<BenchEntry>[] {
  const columns: Column<BenchEntry>[] = [
    {
      header: '',
      cell: ({ verdict }) => (verdict === null ? '' : verdictMarks[verdict].padEnd(4)),
      emphasis: ({ verdict }) => (verdict === null ? undefined : verdictEmphasis[verdict]),
    },
    { header: 'entry', cell: labelBelowModel, shrinkTo: 14, gap: 1 },
    {
      header: 'top-1 %',
      align: 'right',
      cell: (entry) => percent(finalAccuracy(entry)?.top1 ?? null),
      emphasis: () => 'strong',
    },
    {
      header: '95 %',
      align: 'right',
      gap: 1,
      cell: (entry) => {
        const accuracy = finalAccuracy(entry);
        return accuracy === null ? '' : percentInterval(accuracy.top1Interval);
      },
      emphasis: () => 'quiet',
    },
    { header: 'drop', align: 'right', cell: ({ drop }) => percent(drop.exact) },
    {
      header: '95 %',
      align: 'right',
      gap: 1,
      dispensable: 1,
      cell: ({ drop }) => (drop.exactInterval === null ? '' : pointsInterval(drop.exactInterval)),
      emphasis: () => 'quiet',
    },
    { header: 'to float', align: 'right', cell: ({ drop }) => percent(drop.float) },
  ];
  if (report.baseline !== null) {
    columns.push({
      header: 'change',
      align: 'right',
      cell: changeText,
      emphasis: (entry) => {
        const direction = changeDirection(entry);
        return direction === null ? 'quiet' : direction === 'better' ? 'good' : 'bad';
      },
    });
  }
  if (report.entries.some(({ relativePower }) => relativePower !== null)) {
    columns.push({ header: 'power %', align: 'right', cell: powerText });
  }
  columns.push({
    header: 'time',
    align: 'right',
    dispensable: 2,
    cell: ({ cached, seconds }) => (cached ? 'cached' : duration(seconds)),
    emphasis: () => 'quiet',
  });
  return columns;
}

/** lenet-digits · 61.7 k parameters · 417 k MACs · synthetic-digits, 5,000 samples; data where all have the same. */
function modelHeading({ models }: BenchReport, name: string, entries: readonly BenchEntry[]): string {
  const model = models.find((item) => item.name === name);
  const data = new Set(
    entries
      .filter((entry) => entry.model === name && entry.status === 'done')
      .map(({ dataset, samples }) => `${dataset}, ${counted(samples, 'sample')}`),
  );
  return [
    name,
    ...(model === undefined ? [] : [`${metric(model.parameters)} parameters`, `${metric(model.macs)} MACs`]),
    ...(data.size === 1 ? data : []),
  ].join(' · ');
}

function entryNote(entry: BenchEntry): string | null {
  return entry.status === 'failed' ? failureText(entry) : tuningText(entry);
}
