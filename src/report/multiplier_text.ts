import { percent, signed, significant } from './numbers.js';
import type { MultiplierResult } from './results.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';

const columns: Column<MultiplierResult>[] = [
  { header: 'multiplier', cell: ({ name }) => name, shrinkTo: 12 },
  { header: 'operands', cell: ({ activation, weight }) => `${activation}×${weight}` },
  { header: 'sha256', cell: ({ sha256 }) => sha256.slice(0, 8), emphasis: () => 'quiet' },
  { header: 'MAE', align: 'right', cell: ({ metrics }) => significant(metrics.mae) },
  { header: 'MRED %', align: 'right', cell: ({ metrics }) => percent(metrics.mred) },
  { header: 'WCE', align: 'right', cell: ({ metrics }) => significant(metrics.wce) },
  { header: 'EP %', align: 'right', cell: ({ metrics }) => percent(metrics.errorRate, 1) },
  { header: 'bias', align: 'right', cell: ({ metrics }) => signed(metrics.bias) },
];

/** The error metrics of the LUTs that took part. */
export function multiplierTable(
  multipliers: readonly MultiplierResult[],
  style: Style,
  width: number,
): string[] {
  return table(columns, multipliers, width, style);
}
