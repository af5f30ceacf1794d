import { UserError } from '../util/errors.js';
import type { Range } from './qparams.js';

/** The smallest range that holds both 0 and everything observed between min and max (numerics.md §2). */
export function widenToZero(min: number, max: number): Range {
  // `+ 0` turns −0 into 0.
  return { min: Math.min(min, 0) + 0, max: Math.max(max, 0) + 0 };
}

/**
 * Smallest and largest of the values, widened to contain 0; an empty array gives [0, 0].
 * Throws a UserError that names the tensor where a value is NaN or infinite.
 */
export function rangeOf(values: Float32Array, name: string, start = 0, end = values.length): Range {
  let min = 0;
  let max = 0;
  // NaN or ±Infinity turn this sum into NaN, and nothing else does.
  let poison = 0;
  for (let i = start; i < end; i++) {
    const x = values[i]!;
    if (x < min) min = x;
    if (x > max) max = x;
    poison += x * 0;
  }
  if (Number.isNaN(poison)) throw notFinite(name, values.subarray(start, end));
  return widenToZero(min, max);
}

/** The error for a tensor that holds NaN or an infinity. */
export function notFinite(name: string, values: ArrayLike<number>): UserError {
  const value = Array.prototype.find.call(values, (x: number) => !Number.isFinite(x)) as number;
  return new UserError(
    `tensor '${name}' holds ${value}, expected finite values; it cannot be quantized: check the model and --preprocess, or leave the layer float with --layer 'NAME=float'`,
  );
}
