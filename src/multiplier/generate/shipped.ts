import { errorMetrics } from '../analysis/metrics.js';
import { exactMultiplier, tabulate } from '../create.js';
import { formatTextTable } from '../formats/text_writer.js';
import type { Multiplier } from '../multiplier.js';
import { brokenArray } from './broken_array.js';
import { drum } from './drum.js';
import { mitchell } from './mitchell.js';
import { signMagnitude } from './sign_magnitude.js';
import { truncated } from './truncated.js';

interface ShippedTable {
  readonly file: string;
  readonly about: string;
  readonly multiplier: Multiplier;
}

function signed(file: string, about: string, unsigned: (a: number, w: number) => number): ShippedTable {
  return { file, about, multiplier: tabulate(file, 'int8', 'int8', 8, signMagnitude(unsigned)) };
}

/** The tables that ship in luts/: exact, then by what they cost a small CNN, mildest first. */
function shippedTables(): readonly ShippedTable[] {
  return [
    { file: 'exact_int8.txt', about: 'exact products', multiplier: exactMultiplier('int8', 'int8') },
    { file: 'exact_uint8.txt', about: 'exact products', multiplier: exactMultiplier('uint8', 'uint8') },
    signed('mitchell_int8.txt', "Mitchell's logarithmic multiplier", mitchell),
    signed('drum2_int8.txt', 'DRUM with 2-bit segments', drum(2)),
    signed('broken_array9_int8.txt', 'broken-array multiplier, 9 columns left out', brokenArray(9)),
    signed('truncated4_int8.txt', 'operands without their 4 lowest bits', truncated(4)),
  ];
}

function readme(tables: readonly ShippedTable[]): string {
  const rows = tables.map(({ file, about, multiplier }) => {
    const { mae, mred, wce } = errorMetrics(multiplier);
    return `| ${file} | ${multiplier.activation} | ${about} | ${mae.toFixed(1)} | ${(100 * mred).toFixed(2)} % | ${wce} |`;
  });
  return [
    '# Multiplier tables',
    'Text, 256 × 256 products; row = activation, column = weight, both in ascending order of the operand. The signed',
    'approximate ones multiply magnitudes. Written by `node scripts/make_luts.mjs` from src/multiplier/generate/, where',
    'each design names its source. MAE, MRED and WCE: mean absolute, mean relative and worst-case error.',
    '',
    '| file | operands | design | MAE | MRED | WCE |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Name and content of every file in luts/. */
export function shippedFiles(): ReadonlyMap<string, string> {
  const tables = shippedTables();
  const files = new Map(tables.map(({ file, multiplier }) => [file, formatTextTable(multiplier)]));
  return files.set('README.md', readme(tables));
}
