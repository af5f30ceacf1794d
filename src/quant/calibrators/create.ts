import type { Calibrator, CalibratorOptions } from './calibrator.js';
import { EntropyCalibrator } from './entropy.js';
import { MinMaxCalibrator } from './minmax.js';
import { MseCalibrator } from './mse.js';
import { PercentileCalibrator } from './percentile.js';

const KINDS = {
  minmax: MinMaxCalibrator,
  percentile: PercentileCalibrator,
  mse: MseCalibrator,
  entropy: EntropyCalibrator,
} as const;

/** How a static range is chosen from what was observed. */
export type CalibratorKind = keyof typeof KINDS;

export const CALIBRATOR_KINDS = Object.keys(KINDS) as readonly CalibratorKind[];

/** A calibrator for one tensor. */
export function createCalibrator(kind: CalibratorKind, options: CalibratorOptions): Calibrator {
  return new KINDS[kind](options);
}
