import type { OperandType } from '../multiplier/multiplier.js';
import { UserError } from '../util/errors.js';
import { rint } from '../util/rint.js';

/** How real numbers become integer codes (numerics.md §2): q = clamp(rint(x / scale) + zeroPoint, lo, hi). */
export interface QParams {
  readonly type: OperandType;
  readonly bits: number;
  /** float32 value, > 0. */
  readonly scale: number;
  /** Code of 0.0; always 0 for int8. */
  readonly zeroPoint: number;
  /** Smallest and largest code. */
  readonly lo: number;
  readonly hi: number;
}

/** Granularity of quantization, `qmethod = (mode, activation, weight)` of numerics.md §2. */
export interface QMethod {
  readonly mode: 'static' | 'dynamic';
  readonly activation: 'tensor' | 'sample';
  readonly weight: 'tensor' | 'channel';
}

/** Observed range of a tensor, already widened to contain 0. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Smallest and largest code of a type at b bits; int8 leaves out −2^(b−1) unless `fullRange`. */
export function codeRange(type: OperandType, bits: number, fullRange = false): { lo: number; hi: number } {
  if (type === 'uint8') return { lo: 0, hi: 2 ** bits - 1 };
  const hi = 2 ** (bits - 1) - 1;
  return { lo: fullRange ? -hi - 1 : -hi, hi };
}

/** Extras of `qparamsFromRange`. */
export interface QParamsOptions {
  /** int8: let the codes go down to −2^(b−1); the scale stays the same. */
  readonly fullRange?: boolean;
  /** Name of the tensor, for errors. */
  readonly name?: string;
}

/**
 * Quantization parameters of a range at b = 2..8 bits, each step in float32 (numerics.md §2). The range is
 * rounded to float32 and widened to contain 0. A zero range, and one so small that the scale underflows, gives
 * scale 1. Throws a UserError that names the tensor where the range is not finite, or wider than float32 holds.
 */
export function qparamsFromRange(
  range: Range,
  type: OperandType,
  bits: number,
  { fullRange = false, name = 'unnamed' }: QParamsOptions = {},
): QParams {
  const min = Math.fround(Math.min(range.min, 0));
  const max = Math.fround(Math.max(range.max, 0));
  // Divisions of float32 values in double, rounded once to float32, are correctly rounded float32 divisions.
  const { lo, hi } = codeRange(type, bits, fullRange);
  const width = type === 'int8' ? Math.max(-min, max) : Math.fround(max - min);
  if (!Number.isFinite(width)) {
    throw new UserError(
      `tensor '${name}' has the range [${range.min}, ${range.max}], expected a finite float32 range; check the model and --preprocess`,
    );
  }
  const scale = Math.fround(width / hi) || 1;
  const zeroPoint = type === 'int8' ? 0 : Math.min(Math.max(rint(Math.fround(-min / scale)), lo), hi);
  return { type, bits, scale, zeroPoint, lo, hi };
}

/** Integer code of one float32 value: clamp(rint(x / scale) + zeroPoint, lo, hi), the division in float32. */
export function quantizeValue(x: number, { scale, zeroPoint, lo, hi }: QParams): number {
  return Math.min(Math.max(rint(Math.fround(x / scale)) + zeroPoint, lo), hi);
}

/** Integer codes of float32 values; the values must be finite. */
export function quantize(values: Float32Array, qparams: QParams): Int16Array {
  const codes = new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = quantizeValue(values[i]!, qparams);
  return codes;
}
