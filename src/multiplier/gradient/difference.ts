import { UserError } from '../../util/errors.js';
import type { Multiplier } from '../multiplier.js';
import { type GradientTables, gradientTables } from './gradient_tables.js';

/** The window h for operands of 8 bits is 32; narrower ones keep the proportion, an eighth of their values. */
export function defaultWindow(bits: number): number {
  return Math.floor(2 ** bits / 8);
}

/**
 * The derivative of n values: moving averages S over 2h+1 of them, raw values nearer than h to an end; then the
 * central difference (S[i+1] − S[i−1]) / 2 where h < i < n−1−h, and (S[n−1] − S[0]) / (n−1) elsewhere.
 */
function derivative(values: Float64Array, h: number): Float64Array {
  const last = values.length - 1;
  const smooth = values.slice();
  let sum = 0; // of 2h+1 values around i; exact, they are integers
  for (let i = 0; i < 2 * h; i++) sum += values[i]!;
  for (let i = h; i <= last - h; i++) {
    sum += values[i + h]!;
    smooth[i] = sum / (2 * h + 1);
    sum -= values[i - h]!;
  }
  const whole = (smooth[last]! - smooth[0]!) / last;
  return smooth.map((_, i) => (h < i && i < last - h ? (smooth[i + 1]! - smooth[i - 1]!) / 2 : whole));
}

/**
 * Difference-based gradients (numerics.md §4), computed in float64. Throws a UserError where the window leaves no
 * operand for a central difference.
 * @param window h: averages go over 2h+1 operands
 */
export function difference(multiplier: Multiplier, window = defaultWindow(multiplier.bits)): GradientTables {
  const { bits, table } = multiplier;
  const size = 2 ** bits;
  const most = size / 2 - 2;
  if (!Number.isInteger(window) || window < 0 || window > most) {
    throw new UserError(
      `the window of difference gradients is ${window}, expected an integer from 0 to ${most} for ${bits}-bit operands`,
    );
  }
  const byActivation = new Float32Array(table.length);
  const byWeight = new Float32Array(table.length);
  for (let i = 0; i < size; i++) {
    const row = Float64Array.from(table.subarray(i * size, (i + 1) * size));
    byWeight.set(derivative(row, window), i * size);
    const column = derivative(
      row.map((_, a) => table[a * size + i]!),
      window,
    );
    for (let a = 0; a < size; a++) byActivation[a * size + i] = column[a]!;
  }
  return gradientTables(byActivation, byWeight, multiplier);
}
