import type { TableFile } from '../formats/table_file.js';
import type { AxisOrder } from './axis_order.js';

/** One way to understand a table file, and how well the table then follows the exact product. */
export interface Reading {
  /** The numbers as this reading takes them: 16-bit ones with or without sign. */
  readonly table: TableFile;
  readonly row: AxisOrder;
  readonly column: AxisOrder;
  /** Similarity of the table to the exact product under this reading, −1..1; see `correlate`. */
  readonly correlation: number;
}

function meanOf(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function sumOfSquares(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/**
 * Compares a table with the exact product under every combination of the given row and column orders. The
 * similarity is the lesser of Pearson's r and the cosine, so it is blind to a constant factor of the products, and
 * neither a constant nor a sum a + w resembles a product. It separates wrong orders well: an exact table of 8-bit
 * operands read in a wrong order reaches 0.50 (int8 table) or 0.76 (uint8 table) at most, noise stays near 0.
 */
export function correlate(
  table: TableFile,
  rows: readonly AxisOrder[],
  columns: readonly AxisOrder[],
): Reading[] {
  const { values, bits } = table;
  const size = 2 ** bits;
  const entries = size * size;
  const mean = meanOf(values);
  const squares = sumOfSquares(values);
  return columns.flatMap((column) => {
    // weighted[i] = Σ_j T[i][j]·w_j
    const weighted = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += values[i * size + j]! * column.operands[j]!;
      weighted[i] = sum;
    }
    return rows.map((row): Reading => {
      let cross = 0;
      for (let i = 0; i < size; i++) cross += row.operands[i]! * weighted[i]!;
      const exactMean = meanOf(row.operands) * meanOf(column.operands);
      const exactSquares = sumOfSquares(row.operands) * sumOfSquares(column.operands);
      const cosine = ratio(cross, squares * exactSquares);
      const pearson = ratio(
        cross - entries * mean * exactMean,
        (squares - entries * mean ** 2) * (exactSquares - entries * exactMean ** 2),
      );
      return { table, row, column, correlation: Math.min(cosine, pearson) };
    });
  });
}

/** a / √b, and 0 where b is 0 up to rounding (a constant table). */
function ratio(a: number, b: number): number {
  return b > 0 ? a / Math.sqrt(b) : 0;
}
