import { extname } from 'node:path';
import { UserError } from '../../util/errors.js';
import { encodeNpy } from '../../util/npy.js';
import type { Multiplier } from '../multiplier.js';
import { operandsInOrder } from '../reading/axis_order.js';
import { formatCArray } from './c_writer.js';
import { LUT_FORMATS, type LutFormat } from './format.js';
import { encodeRaw, type RawFormat } from './raw.js';

/** How a table is laid out in a file. */
export interface WriteOptions {
  /** Raw formats must hold all values, see `rawFormatFor`. */
  readonly format: LutFormat;
  /** Order of the operands along both axes; default: two's complement in C arrays, else ascending. */
  readonly order?: 'ascending' | 'twos-complement';
  /** Rows are weights instead of activations. */
  readonly transposed?: boolean;
}

/** A table of products or derivatives with its axes: a multiplier, or one of its gradient tables. */
export interface WritableTable extends Pick<Multiplier, 'activation' | 'weight' | 'bits'> {
  /** [activation][weight], operands ascending. */
  readonly table: Int32Array | Float32Array;
}

const BY_EXTENSION: Readonly<Record<string, LutFormat | 'raw'>> = {
  '.txt': 'text',
  '.csv': 'csv',
  '.npy': 'npy',
  '.bin': 'raw',
  '.raw': 'raw',
  '.h': 'c',
  '.c': 'c',
};

/**
 * The narrowest raw format that holds the values and whose signedness follows from the operands, so that reading it
 * with the operand types alone gives the same numbers.
 */
export function rawFormatFor({ table, activation, weight }: WritableTable): RawFormat {
  if (table instanceof Float32Array) return 'f32';
  let least = 0;
  let most = 0;
  for (const value of table) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const signed = activation === 'int8' || weight === 'int8';
  if (signed) return least >= -0x8000 && most <= 0x7fff ? 'i16' : 'i32';
  return least >= 0 && most <= 0xffff ? 'u16' : 'i32';
}

/**
 * The format of a file to write: the stated one, else by its extension.
 * @throws UserError where neither tells, or the values do not fit the stated one
 */
export function formatToWrite(path: string, table: WritableTable, stated?: LutFormat): LutFormat {
  const format = stated ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new UserError(
      `${path}: the extension names no format, expected ${Object.keys(BY_EXTENSION).join(', ')}; or state one of ${LUT_FORMATS.join(', ')} with --to`,
    );
  }
  if (format === 'raw') return rawFormatFor(table);
  checkFits(path, table, format);
  return format;
}

function checkFits(path: string, { table }: WritableTable, format: LutFormat): void {
  const [least, most] = { u16: [0, 0xffff], i16: [-0x8000, 0x7fff] }[format as string] ?? [];
  const real = table instanceof Float32Array;
  if (real && ['u16', 'i16', 'i32'].includes(format)) {
    throw new UserError(`${path}: derivatives are float32; write them with --to f32`);
  }
  if (!real && format === 'f32') {
    throw new UserError(`${path}: products are integers; write them with --to i32`);
  }
  if (least === undefined || most === undefined) return;
  const wrong = table.find((value) => value < least || value > most);
  if (wrong !== undefined) {
    throw new UserError(
      `${path}: ${wrong} does not fit ${format} (${least}…${most}); write it with --to i32`,
    );
  }
}

/** The shortest decimal that is read as the same float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

/** The content of a file that holds the table. */
export function encodeTable(table: WritableTable, options: WriteOptions): string | Uint8Array {
  const { format, transposed = false, order = format === 'c' ? 'twos-complement' : 'ascending' } = options;
  const size = 2 ** table.bits;
  const activations = operandsInOrder(table.activation, table.bits, order);
  const weights = operandsInOrder(table.weight, table.bits, order);
  const a0 = activations.reduce((a, b) => Math.min(a, b));
  const w0 = weights.reduce((a, b) => Math.min(a, b));
  const [rows, columns] = transposed ? [weights, activations] : [activations, weights];
  const values = table.table.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const a = activations[transposed ? j : i]! - a0;
      const w = weights[transposed ? i : j]! - w0;
      values[i * size + j] = table.table[a * size + w]!;
    }
  }
  const text = values instanceof Float32Array ? shortest : String;
  const lines = () =>
    Array.from({ length: size }, (_, i) =>
      Array.from(values.subarray(i * size, (i + 1) * size) as Float32Array, text),
    );
  const [row, column] = transposed ? ['w', 'a'] : ['a', 'w'];
  switch (format) {
    case 'text':
      return joined(lines(), ' ');
    case 'csv':
      return `${row}\\${column},${columns.join(',')}\n${joined(
        lines().map((line, i) => [String(rows[i]), ...line]),
        ',',
      )}`;
    case 'triples':
      return `# ${row} ${column} value\n${lines()
        .map((line, i) => line.map((value, j) => `${rows[i]} ${columns[j]} ${value}\n`).join(''))
        .join('')}`;
    case 'npy':
      return encodeNpy([size, size], values);
    case 'c': {
      const name = { a: 'activation', w: 'weight' } as Record<string, string>;
      return formatCArray(
        lines(),
        rawFormatFor(table),
        `lut[${name[row!]}][${name[column!]}], ${table.activation} by ${table.weight} operands of ${table.bits} bits, ${order === 'ascending' ? 'ascending' : "index = two's-complement bit pattern"}`,
      );
    }
    default:
      return encodeRaw(values, format);
  }
}

function joined(lines: readonly (readonly string[])[], separator: string): string {
  return lines.map((line) => `${line.join(separator)}\n`).join('');
}
