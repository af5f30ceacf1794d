import { encodeNpy } from '../../util/npy.js';
import { formatCArray } from './c_writer.js';
import { shortestDecimal } from './decimal.js';
import { inFileOrder } from './file_order.js';
import type { LutFormat } from './format.js';
import { misfit, rawFormatFor, type WritableTable } from './output_format.js';
import { encodeRaw } from './raw.js';

/** How a table is laid out in a file. */
export interface WriteOptions {
  readonly format: LutFormat;
  /** Order of the operands along both axes; default: two's complement in C arrays, else ascending. */
  readonly order?: 'ascending' | 'twos-complement';
  /** Rows are weights instead of activations. */
  readonly transposed?: boolean;
}

/**
 * The content of a file that holds the table.
 * @throws RangeError where the format does not hold its values
 */
export function encodeTable(table: WritableTable, options: WriteOptions): string | Uint8Array {
  const { format, transposed = false, order = format === 'c' ? 'twos-complement' : 'ascending' } = options;
  const objection = misfit(table, format);
  if (objection !== undefined) throw new RangeError(objection);
  const { values, rows, columns } = inFileOrder(table, order, transposed);
  const size = 2 ** table.bits;
  const text = values instanceof Float32Array ? shortestDecimal : String;
  const lines = () =>
    Array.from(rows, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size) as Float32Array, text));
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
    case 'c':
      return formatCArray(lines(), rawFormatFor(table), commentOf(table, order, transposed));
    default:
      return encodeRaw(values, format);
  }
}

function joined(lines: readonly (readonly string[])[], separator: string): string {
  return lines.map((line) => `${line.join(separator)}\n`).join('');
}

function commentOf(
  { activation, weight, bits }: WritableTable,
  order: 'ascending' | 'twos-complement',
  transposed: boolean,
): string {
  const indices = transposed ? 'lut[weight][activation]' : 'lut[activation][weight]';
  const index = order === 'ascending' ? 'ascending' : "index = two's-complement bit pattern";
  return `${indices}, ${activation} by ${weight} operands of ${bits} bits, ${index}`;
}
