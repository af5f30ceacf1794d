import type { OperandType } from '../../multiplier/multiplier.js';
import type { Range } from '../qparams.js';

/** Finds the range of one tensor from the values it takes on calibration data. */
export interface Calibrator {
  /** Adds a batch of values. Throws a UserError that names the tensor where one is NaN or infinite. */
  observe(values: Float32Array): void;
  /** The range so far: within the observed one, containing 0; [0, 0] before any value. */
  range(): Range;
}

/** What the range is for. */
export interface CalibratorOptions {
  readonly type: OperandType;
  readonly bits: number;
  /** Name of the tensor, for errors. */
  readonly name: string;
}

/** The part of a range whose magnitudes are at most `threshold`. */
export function clipRange({ min, max }: Range, threshold: number): Range {
  return { min: Math.max(min, -threshold), max: Math.min(max, threshold) };
}
