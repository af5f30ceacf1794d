import { type CalibratorKind, createCalibrator } from '../quant/calibrators/create.js';
import type { Range } from '../quant/qparams.js';
import { hearAbort } from '../util/abort.js';
import type { ApproximateModel } from './approximate.js';
import { defaults } from './defaults.js';
import { type InputBatches, type ObserveOptions, observeInputs } from './observe_inputs.js';

export interface CalibrateOptions extends ObserveOptions {
  readonly calibrator?: CalibratorKind;
}

/**
 * Finds the ranges of the inputs of all approximate layers, as the float32 network produces them.
 * @returns the model with these ranges
 * @throws InterruptedError when the signal is aborted
 */
export async function calibrate(
  model: ApproximateModel,
  samples: InputBatches,
  options: CalibrateOptions = {},
): Promise<ApproximateModel> {
  const { assignments, multipliers, quantization } = model;
  const calibrators = new Map(
    assignments.flatMap(({ layer, slot }) => {
      if (slot === null) return [];
      const name = layer.input;
      const { activation: type } = multipliers[slot];
      const calibrator = createCalibrator(options.calibrator ?? defaults.calibrator, {
        type,
        bits: quantization.activationBits,
        name,
      });
      return [[name, calibrator] as const];
    }),
  );
  await observeInputs(model, samples, calibrators, options);
  const ranges = new Map<string, Range>();
  for (const [name, calibrator] of calibrators) {
    await hearAbort(options.signal);
    ranges.set(name, calibrator.range());
  }
  return { ...model, ranges };
}
