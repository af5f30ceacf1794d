import { operandsInOrder } from '../reading/axis_order.js';
import type { WritableTable } from './output_format.js';

/** A table as it stands in a file. */
export interface OrderedTable {
  /** Row after row. */
  readonly values: Int32Array | Float32Array;
  /** Operand of each row. */
  readonly rows: Int32Array;
  /** Operand of each column. */
  readonly columns: Int32Array;
}

/** Puts a table into the order of a file. @param transposed rows are weights instead of activations */
export function inFileOrder(
  { table, activation, weight, bits }: WritableTable,
  order: 'ascending' | 'twos-complement',
  transposed: boolean,
): OrderedTable {
  const size = 2 ** bits;
  const activations = operandsInOrder(activation, bits, order);
  const weights = operandsInOrder(weight, bits, order);
  const [rows, columns] = transposed ? [weights, activations] : [activations, weights];
  const firstRow = rows.reduce((a, b) => Math.min(a, b));
  const firstColumn = columns.reduce((a, b) => Math.min(a, b));
  const values = table.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const row = rows[i]! - firstRow;
      const column = columns[j]! - firstColumn;
      values[i * size + j] = table[transposed ? column * size + row : row * size + column]!;
    }
  }
  return { values, rows, columns };
}
