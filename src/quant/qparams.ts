import type { OperandType } from '../multiplier/multiplier.js';

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
