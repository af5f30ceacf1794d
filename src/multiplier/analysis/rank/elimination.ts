import { type Matrix, rowOf } from '../matrix.js';
import { inverse, residue } from './residues.js';

/** More pivots would let sums of products grow beyond 2^53. */
export const MOST_PIVOTS = 256;

/** A matrix decomposed modulo a prime: A = L·U up to the order of rows and columns. */
export interface Elimination {
  readonly prime: number;
  /** Rows and columns of the pivots, in the order in which they were found: columns ascending. */
  readonly pivotRows: readonly number[];
  readonly pivotColumns: readonly number[];
  /** Inverses of the pivots. */
  readonly reciprocals: readonly number[];
  /**
   * Of row i at the column of pivot k: the factor L[i, k] where i is no pivot row before k, else U. All others are
   * U in pivot rows and 0 elsewhere.
   */
  readonly factors: Matrix;
}

/**
 * Gaussian elimination modulo a prime p below 2^23. The pivot of a column is the first row that has one, so that
 * pivot columns are the lexicographically first that are independent modulo p.
 *
 * Entries are reduced only where they are looked at: with residues r of at most p/2 + 1 < 2^22 + 2 an entry is at most
 * r + 256 · r² < 2^53 after 256 pivots, hence exact in float64.
 */
export function eliminate(matrix: Matrix, prime: number): Elimination {
  const { rows, columns } = matrix;
  const factors: Matrix = { rows, columns, values: matrix.values.map((x) => residue(x, prime)) };
  const open = Array.from({ length: rows }, (_, row) => rowOf(factors, row));
  const indices = open.map((_, row) => row);
  const pivotRows: number[] = [];
  const pivotColumns: number[] = [];
  const reciprocals: number[] = [];
  for (let column = 0; column < columns && open.length > 0; column++) {
    for (const row of open) row[column] = residue(row[column]!, prime);
    const first = open.findIndex((row) => row[column] !== 0);
    if (first < 0) continue;
    const [pivot] = open.splice(first, 1) as [Float64Array];
    pivotRows.push(...indices.splice(first, 1));
    pivotColumns.push(column);
    for (let j = column + 1; j < columns; j++) pivot[j] = residue(pivot[j]!, prime);
    const reciprocal = inverse(pivot[column]!, prime);
    reciprocals.push(reciprocal);
    for (const row of open) {
      const factor = residue(row[column]! * reciprocal, prime);
      row[column] = factor;
      if (factor !== 0) subtract(row, factor, pivot, column + 1);
    }
  }
  return { prime, pivotRows, pivotColumns, reciprocals, factors };
}

/** row −= factor · pivot, from an index on. */
function subtract(row: Float64Array, factor: number, pivot: Float64Array, start: number): void {
  for (let j = start; j < row.length; j++) row[j]! -= factor * pivot[j]!;
}

/**
 * A column as a combination of pivot columns, modulo the prime.
 * @param column no pivot column
 * @returns a residue for each pivot
 */
export function columnCombination(elimination: Elimination, column: number): Float64Array {
  const { prime, pivotRows, pivotColumns, reciprocals, factors } = elimination;
  const upper = pivotRows.map((row) => rowOf(factors, row));
  const solution = new Float64Array(upper.length);
  // Later pivots have their column to the right: they do not take part.
  let last = pivotColumns.findLastIndex((pivot) => pivot < column);
  for (; last >= 0; last--) {
    const row = upper[last]!;
    let rest = row[column]!;
    for (let k = last + 1; k < upper.length; k++) rest -= row[pivotColumns[k]!]! * solution[k]!;
    solution[last] = residue(residue(rest, prime) * reciprocals[last]!, prime);
  }
  return solution;
}

/**
 * A row as a combination of pivot rows, modulo the prime.
 * @param row no pivot row
 * @returns a residue for each pivot
 */
export function rowCombination(elimination: Elimination, row: number): Float64Array {
  const { prime, pivotRows, pivotColumns, factors } = elimination;
  const dependent = rowOf(factors, row);
  const lower = pivotRows.map((pivot) => rowOf(factors, pivot));
  const solution = new Float64Array(lower.length);
  for (let k = lower.length - 1; k >= 0; k--) {
    const column = pivotColumns[k]!;
    let rest = dependent[column]!;
    for (let l = k + 1; l < lower.length; l++) rest -= lower[l]![column]! * solution[l]!;
    solution[k] = residue(rest, prime);
  }
  return solution;
}
