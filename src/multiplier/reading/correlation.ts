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

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** Sums over a table. Means are exact, as sizes are powers of two; so a table without variation has none here. */
interface Moments {
  readonly mean: number;
  readonly rowSums: Float64Array;
  /** Σ T² */
  readonly squares: number;
  /** Σ (T − mean)² */
  readonly deviations: number;
  /** Σ (T − mean of its row − mean of its column + mean)²: what no sum f(a) + g(w) accounts for. */
  readonly interactions: number;
}

function momentsOf(values: Int32Array, columns: number): Moments {
  const rows = values.length / columns;
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      rowSums[i]! += values[i * columns + j]!;
      columnSums[j]! += values[i * columns + j]!;
    }
  }
  const mean = sumOf(rowSums) / values.length;
  let squares = 0;
  let deviations = 0;
  let interactions = 0;
  for (let i = 0; i < rows; i++) {
    const rowEffect = rowSums[i]! / columns - mean;
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j]!;
      const deviation = value - mean;
      const interaction = value - rowEffect - columnSums[j]! / rows;
      squares += value * value;
      deviations += deviation * deviation;
      interactions += interaction * interaction;
    }
  }
  return { mean, rowSums, squares, deviations, interactions };
}

/**
 * Compares a table with the exact product under every combination of the given row and column orders. The
 * similarity is the least of three: Pearson's r, the cosine, and the r of what is left when the means of rows and
 * columns are taken off. So it is blind to a constant factor of the products, and neither a constant nor any sum
 * f(a) + g(w) resembles a product. It separates wrong orders well: an exact table of 8-bit operands read in a wrong
 * order reaches 0.50 at most, noise stays near 0.
 * @param rows orders of as many operands as the table has rows, columns likewise
 */
export function correlate(
  table: TableFile,
  rows: readonly AxisOrder[],
  columns: readonly AxisOrder[],
): Reading[] {
  const { values } = table;
  const width = columns[0]!.operands.length;
  const height = values.length / width;
  const { mean, rowSums, squares, deviations, interactions } = momentsOf(values, width);
  return columns.flatMap((column) => {
    const columnMean = sumOf(column.operands) / width;
    const columnSquares = sumOfSquares(column.operands);
    // weighted[i] = Σ_j T[i][j]·w_j
    const weighted = new Float64Array(height);
    for (let i = 0; i < height; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += values[i * width + j]! * column.operands[j]!;
      weighted[i] = sum;
    }
    return rows.map((row): Reading => {
      const rowMean = sumOf(row.operands) / height;
      const rowSquares = sumOfSquares(row.operands);
      let cross = 0;
      let crossOfInteractions = 0;
      for (let i = 0; i < height; i++) {
        cross += row.operands[i]! * weighted[i]!;
        crossOfInteractions += (row.operands[i]! - rowMean) * (weighted[i]! - columnMean * rowSums[i]!);
      }
      const exactMean = rowMean * columnMean;
      const exactSquares = rowSquares * columnSquares;
      const exactInteractions =
        (rowSquares - height * rowMean ** 2) * (columnSquares - width * columnMean ** 2);
      const cosine = ratio(cross, squares * exactSquares);
      const pearson = ratio(
        cross - values.length * mean * exactMean,
        deviations * (exactSquares - values.length * exactMean ** 2),
      );
      const interaction = ratio(crossOfInteractions, interactions * exactInteractions);
      return { table, row, column, correlation: Math.min(cosine, pearson, interaction) };
    });
  });
}

/** a / √b, and 0 where b is 0. */
function ratio(a: number, b: number): number {
  return b > 0 ? a / Math.sqrt(b) : 0;
}
