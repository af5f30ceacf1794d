/** Quantization parameters and codes: numerics.md, section 2, each operation rounded to float32. */
import type { Operand } from './multiplier.js';

export interface QParams {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Nearest integer, halves to the even one. */
export function rint(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

export function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** Smallest and largest of float32 values. */
export function rangeOf(values: ArrayLike<number>): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new Error(`${value} in a range`);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** Scale, zero point and codes of `bits`-bit operands for values in `range`. */
export function qparamsOf(operand: Operand, bits: number, range: Range): QParams {
  const min = Math.min(range.min, 0);
  const max = Math.max(range.max, 0);
  if (operand === 'int8') {
    const high = 2 ** (bits - 1) - 1;
    const scale = Math.fround(Math.max(-min, max) / high);
    return { scale: scale === 0 ? 1 : scale, zeroPoint: 0, low: -high, high };
  }
  const high = 2 ** bits - 1;
  const width = Math.fround(Math.fround(max - min) / high);
  const scale = width === 0 ? 1 : width;
  return { scale, zeroPoint: clamp(rint(Math.fround(-min / scale)), 0, high), low: 0, high };
}

/** q = clamp(rint(x / s) + z, lo, hi), the division in float32. */
export function quantize(x: number, { scale, zeroPoint, low, high }: QParams): number {
  return clamp(rint(Math.fround(x / scale)) + zeroPoint, low, high);
}
