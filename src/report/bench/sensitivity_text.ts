import { metric, percent } from '../numbers.js';
import type { Style } from '../style.js';
import { type Column, table } from '../table.js';
import { paragraph } from '../text_blocks.js';
import { pointsInterval } from './entry_figures.js';
import { bySensitivity, sortedEntries } from './entry_order.js';
import type { BenchReport, LayerSensitivity } from './results.js';

const columns: Column<LayerSensitivity>[] = [
  { header: 'this layer alone', cell: ({ layer }) => layer, shrinkTo: 16 },
  { header: 'MACs', align: 'right', cell: ({ macs }) => metric(macs) },
  { header: 'top-1 %', align: 'right', cell: ({ top1 }) => percent(top1) },
  {
    header: 'drop',
    align: 'right',
    cell: ({ drop }) => percent(drop),
    emphasis: ({ dropInterval }) => (dropInterval[0] > 0 ? 'bad' : undefined),
  },
  {
    header: '95 %',
    align: 'right',
    gap: 1,
    cell: ({ dropInterval }) => pointsInterval(dropInterval),
    emphasis: () => 'quiet',
  },
];

/** A section for each entry whose layers were tried one by one. */
export function sensitivityLines(report: BenchReport, style: Style, width: number): string[][] {
  return sortedEntries(report).flatMap(({ id, sensitivity }) =>
    sensitivity === null
      ? []
      : [
          [
            ...paragraph(`${id}: layers approximate one at a time`, width).map(style.strong),
            ...table(columns, bySensitivity(sensitivity), width, style),
          ],
        ],
  );
}
