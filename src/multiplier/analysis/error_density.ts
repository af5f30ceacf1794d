import { firstOperand, type Multiplier } from '../multiplier.js';

/** Operand pairs counted by exact product (columns) and error (rows), in bins of whole numbers. */
export interface ErrorDensity {
  readonly columns: number;
  readonly rows: number;
  /** Products that a column and errors that a row covers; powers of two. */
  readonly columnWidth: number;
  readonly rowHeight: number;
  /** Least product of column 0 and least error of row 0; multiples of the widths. */
  readonly firstProduct: number;
  readonly firstError: number;
  /** Pairs per bin, row-major, row 0 = least errors. */
  readonly pairs: Uint32Array;
  /** Mean error of the pairs of a column; NaN where no product falls into it. */
  readonly means: Float64Array;
}

/** Bins that cover whole numbers, their edges at multiples of the width. */
function binning(
  least: number,
  most: number,
  mostBins: number,
): { first: number; width: number; bins: number } {
  let width = 1;
  const binsOf = () => Math.floor(most / width) - Math.floor(least / width) + 1;
  while (binsOf() > mostBins) width *= 2;
  return { first: Math.floor(least / width) * width, width, bins: binsOf() };
}

/** Least and greatest exact product of the operands of a multiplier. */
function productRange({ activation, weight, bits }: Multiplier): readonly [number, number] {
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const last = 2 ** bits - 1;
  const corners = [a0 * w0, a0 * (w0 + last), (a0 + last) * w0, (a0 + last) * (w0 + last)];
  return [Math.min(...corners), Math.max(...corners)];
}

/**
 * Density of a multiplier's errors (see `errorTable`) over the exact product, in at most so many columns and
 * rows (2 or more). The rows always cover the error 0.
 */
export function errorDensity(
  multiplier: Multiplier,
  errors: Float64Array,
  mostColumns: number,
  mostRows: number,
): ErrorDensity {
  const [leastProduct, mostProduct] = productRange(multiplier);
  const column = binning(leastProduct, mostProduct, mostColumns);
  let least = 0;
  let most = 0;
  for (const error of errors) {
    least = Math.min(least, error);
    most = Math.max(most, error);
  }
  const row = binning(least, most, mostRows);
  const pairs = new Uint32Array(column.bins * row.bins);
  const sums = new Float64Array(column.bins);
  const counts = new Uint32Array(column.bins);
  const size = 2 ** multiplier.bits;
  const a0 = firstOperand(multiplier.activation, multiplier.bits);
  const w0 = firstOperand(multiplier.weight, multiplier.bits);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const error = errors[i * size + j]!;
      const at = Math.floor(((i + a0) * (j + w0) - column.first) / column.width);
      pairs[Math.floor((error - row.first) / row.width) * column.bins + at]!++;
      sums[at]! += error;
      counts[at]!++;
    }
  }
  return {
    columns: column.bins,
    rows: row.bins,
    columnWidth: column.width,
    rowHeight: row.width,
    firstProduct: column.first,
    firstError: row.first,
    pairs,
    means: sums.map((sum, i) => sum / counts[i]!),
  };
}
