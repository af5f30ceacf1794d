import { errorMetrics } from '../analysis/metrics.js';
import { encodeTable } from '../formats/write.js';
import type { Multiplier, OperandType } from '../multiplier.js';
import { generateMultiplier } from './generate.js';

interface ShippedTable {
  readonly file: string;
  readonly about: string;
  readonly multiplier: Multiplier;
}

function exact(file: string, type: OperandType): ShippedTable {
  const options = { activation: type, weight: type, bits: 8, signMagnitude: false, parameters: {} };
  return { file, about: 'exact products', multiplier: generateMultiplier('exact', options) };
}

function signed(
  file: string,
  about: string,
  family: string,
  parameters: Readonly<Record<string, number>>,
): ShippedTable {
  const operands = { activation: 'int8', weight: 'int8', bits: 8, signMagnitude: true } as const;
  return { file, about, multiplier: generateMultiplier(family, { ...operands, parameters }) };
}

/** The tables that ship in luts/: exact, then by what they cost a small CNN, mildest first. */
function shippedTables(): readonly ShippedTable[] {
  const columns = { 'vertical-break': 9 };
  const lowBits = { 'dropped-bits': 4 };
  return [
    exact('exact_int8.txt', 'int8'),
    exact('exact_uint8.txt', 'uint8'),
    signed('mitchell_int8.txt', "Mitchell's logarithmic multiplier", 'mitchell', {}),
    signed('drum2_int8.txt', 'DRUM with 2-bit segments', 'drum', { k: 2 }),
    signed('broken_array9_int8.txt', 'broken-array multiplier, 9 columns left out', 'broken-array', columns),
    signed('truncated4_int8.txt', 'operands without their 4 lowest bits', 'truncated', lowBits),
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
  const files = new Map(
    tables.map(({ file, multiplier }) => [file, String(encodeTable(multiplier, { format: 'text' }))]),
  );
  return files.set('README.md', readme(tables));
}
