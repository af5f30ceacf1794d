import { percent, signed, significant } from './numbers.js';
import type { KnownCost, MultiplierResult } from './results.js';
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

/** What the catalogue says of a multiplier, in a line; null where it knows nothing more than the name. */
export function knownNote({ name, known }: Pick<MultiplierResult, 'name' | 'known'>): string | null {
  if (known === null) return null;
  const { library, transposed, cost } = known;
  const identity = `${known.name} of ${library}${transposed ? ', operands exchanged' : ''}`;
  if (cost !== null) return `${identity}: ${costText(cost)}`;
  return known.name === name && !transposed ? null : identity;
}

/** Power, area and delay of a circuit in words. */
export function costText(cost: KnownCost): string {
  const { powerMilliwatt, areaSquareMicrometre, delayNanosecond, technology, relativePower } = cost;
  const relative =
    relativePower === null
      ? ''
      : ` (${percent(relativePower.value, 0)} % of the exact ${relativePower.exact})`;
  return `${powerMilliwatt} mW${relative}, ${areaSquareMicrometre} µm², ${delayNanosecond} ns in ${technology}`;
}

/** The error metrics of the LUTs that took part. */
export function multiplierTable(
  multipliers: readonly MultiplierResult[],
  style: Style,
  width: number,
): string[] {
  return table(columns, multipliers, width, style, knownNote);
}
