import type { AxisOrder } from './axis_order.js';
import { TABLE_SIZE } from './formats/table_file.js';

const ENTRIES = TABLE_SIZE * TABLE_SIZE;

/** One way to understand a table file, and how well the table then follows the exact product. */
export interface Reading {
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
 * Compares a table with the exact product under every combination of the given row and column orders, best
 * first. The similarity is the lesser of Pearson's r and the cosine, so it is blind to a constant factor of the
 * products, and neither a constant nor a sum a + w resembles a product. It separates wrong orders well: an exact
 * table read in a wrong order reaches 0.50 (int8 table) or 0.76 (uint8 table) at most, noise stays near 0.
 */
export function correlate(
  values: Int32Array,
  rows: readonly AxisOrder[],
  columns: readonly AxisOrder[],
): Reading[] {
  const mean = meanOf(values);
  const squares = sumOfSquares(values);
  const readings = columns.flatMap((column) => {
    // weighted[i] = Σ_j T[i][j]·w_j
    const weighted = new Float64Array(TABLE_SIZE);
    for (let i = 0; i < TABLE_SIZE; i++) {
      let sum = 0;
      for (let j = 0; j < TABLE_SIZE; j++) sum += values[i * TABLE_SIZE + j]! * column.operands[j]!;
      weighted[i] = sum;
    }
    return rows.map((row): Reading => {
      let cross = 0;
      for (let i = 0; i < TABLE_SIZE; i++) cross += row.operands[i]! * weighted[i]!;
      const exactMean = meanOf(row.operands) * meanOf(column.operands);
      const exactSquares = sumOfSquares(row.operands) * sumOfSquares(column.operands);
      const cosine = ratio(cross, squares * exactSquares);
      const pearson = ratio(
        cross - ENTRIES * mean * exactMean,
        (squares - ENTRIES * mean ** 2) * (exactSquares - ENTRIES * exactMean ** 2),
      );
      return { row, column, correlation: Math.min(cosine, pearson) };
    });
  });
  return readings.sort((a, b) => b.correlation - a.correlation);
}

/** a / √b, and 0 where b is 0 up to rounding (a constant table). */
function ratio(a: number, b: number): number {
  return b > 0 ? a / Math.sqrt(b) : 0;
}
