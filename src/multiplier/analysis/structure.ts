import { isSymmetric } from '../create.js';
import { firstOperand, type Multiplier } from '../multiplier.js';
import { groupEqualRows, type Matrix, transpose } from './matrix.js';

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** Operands of one axis with the same products. */
export interface Duplicates {
  /** Number of distinct rows (or columns). */
  readonly distinct: number;
  /** The operands that share a row (or column), at least two each, in ascending order. */
  readonly groups: readonly (readonly number[])[];
}

/** What a multiplier's table looks like as a table. */
export interface TableStructure {
  /** T(a, w) = T(w, a) for all operands; false where the operand types differ. */
  readonly commutative: boolean;
  /**
   * T(−a, w) = −T(a, w) for all a of a signed activation axis whose −a is an operand too (0 among them), and the
   * same of a signed weight axis. null where both axes are unsigned.
   */
  readonly signSymmetric: boolean | null;
  /** Range of the products T(0, w); both ends 0 where a zero activation always gives 0. */
  readonly zeroActivation: ValueRange;
  /** Range of the products T(a, 0). */
  readonly zeroWeight: ValueRange;
  /** Activations that cannot be told apart by their products. */
  readonly rows: Duplicates;
  /** Weights that cannot be told apart. */
  readonly columns: Duplicates;
  readonly range: ValueRange;
  readonly distinctValues: number;
  /** Width of the narrowest integer that holds every product, at least 1 bit; with sign where one is negative. */
  readonly resultBits: number;
  readonly resultSigned: boolean;
}

export function tableStructure(multiplier: Multiplier): TableStructure {
  const { activation, weight, bits, table } = multiplier;
  const size = 2 ** bits;
  const matrix: Matrix = { rows: size, columns: size, values: new Float64Array(table) };
  const transposed = transpose(matrix);
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const oddRows = activation === 'int8' ? isOdd(matrix) : undefined;
  const oddColumns = weight === 'int8' ? isOdd(transposed) : undefined;
  const range = rangeOf(table);
  return {
    commutative: isSymmetric(multiplier),
    signSymmetric:
      oddRows === undefined && oddColumns === undefined ? null : oddRows !== false && oddColumns !== false,
    zeroActivation: rangeOf(table.subarray(-a0 * size, (1 - a0) * size)),
    zeroWeight: rangeOf(transposed.values.subarray(-w0 * size, (1 - w0) * size)),
    rows: duplicates(matrix, a0),
    columns: duplicates(transposed, w0),
    range,
    distinctValues: new Set(table).size,
    resultBits: bitsFor(range),
    resultSigned: range.min < 0,
  };
}

/** Whether the row of −x is the negative of the row of x, the rows being those of −rows/2 … rows/2 − 1. */
function isOdd({ rows, columns, values }: Matrix): boolean {
  for (let row = 1; row <= rows / 2; row++) {
    for (let j = 0; j < columns; j++) {
      if (values[row * columns + j] !== 0 - values[(rows - row) * columns + j]!) return false;
    }
  }
  return true;
}

function duplicates(matrix: Matrix, first: number): Duplicates {
  const groups = groupEqualRows(matrix);
  return {
    distinct: groups.length,
    groups: groups.filter((group) => group.length > 1).map((group) => group.map((index) => index + first)),
  };
}

function rangeOf(values: Int32Array | Float64Array): ValueRange {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function bitsFor({ min, max }: ValueRange): number {
  const magnitude = Math.max(max, -min - 1);
  const width = magnitude <= 0 ? 0 : 32 - Math.clz32(magnitude);
  return min < 0 ? width + 1 : Math.max(1, width);
}
