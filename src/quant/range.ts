import { UserError } from '../util/errors.js';
import type { Range } from './qparams.js';

const SIGN = 0x80000000;
/** Bits of +Infinity. */
const INFINITY = 0x7f800000;

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
  // The bits of non-negative floats are ordered like the floats, and so are those of negative ones without the
  // sign; NaN and infinities come last. Comparing them as integers is faster than comparing floats.
  const bits = new Int32Array(values.buffer, values.byteOffset + 4 * start, end - start);
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i]!;
    if (x > positive) positive = x;
    else if ((x ^ SIGN) > negative) negative = x ^ SIGN;
  }
  if (positive >= INFINITY || negative >= INFINITY) throw notFinite(name, values.subarray(start, end));
  const [max, magnitude] = new Float32Array(Int32Array.of(positive, negative).buffer);
  return widenToZero(-magnitude!, max!);
}

/** The error for a tensor that holds NaN or an infinity. */
function notFinite(name: string, values: Float32Array): UserError {
  const value = values.find((x) => !Number.isFinite(x));
  return new UserError(
    `tensor '${name}' holds ${value}, expected finite values; it cannot be quantized: check the model and --preprocess, or leave the layer float with --layer 'NAME=float'`,
  );
}
