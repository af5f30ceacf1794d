import { availableParallelism } from 'node:os';
import { defaults } from '../eval/defaults.js';
import type { EvalRequest } from '../eval/settings.js';
import { UserError } from '../util/errors.js';
import { overridesOf } from './overrides.js';
import type { GivenEval } from './schema.js';

/** What the machine has a say in; see cli/device.ts. */
export type EngineSetting = 'device' | 'moreDevices' | 'kernel';

/**
 * Completes merged settings with the defaults, except where the model may bring a value along.
 * @throws UserError where model or LUT is missing, or settings contradict each other.
 */
export function toEvalRequest(given: GivenEval): Omit<EvalRequest, EngineSetting> {
  if (given.model === undefined) {
    throw new UserError('no model given; expected e.g. approxtorch eval model.onnx --lut mult.txt');
  }
  if (given.lut === undefined) {
    throw new UserError('no multiplier given; add --lut FILE, or --lut exact for the exact one');
  }
  if (given.qmethod?.mode === 'dynamic') {
    for (const name of ['calibration', 'save-calibration'] as const) {
      if (given[name] !== undefined) {
        throw new UserError(
          `--${name}: needs --qmethod static,…; dynamic takes its ranges from the values at hand`,
        );
      }
    }
  }
  return {
    model: given.model,
    lut: given.lut,
    lutType: given['lut-type'],
    lutOrder: given['lut-order'],
    layers: given.layer,
    skipFirst: given['skip-first'],
    skipLast: given['skip-last'],
    convOnly: given['conv-only'],
    qmethod: given.qmethod,
    weightBits: given['weight-bits'],
    activationBits: given['activation-bits'],
    fullRange: given['full-range'],
    padding: given.padding,
    calibrator: given.calibrator,
    calibrate: given.calibrate,
    saveCalibration: given['save-calibration'],
    calibration: given.calibration,
    data: given.data,
    split: given.split,
    limit: given.limit,
    batch: given.batch === 'auto' ? undefined : given.batch,
    preprocess: given.preprocess,
    overrides: overridesOf(given),
    baselines: given.baselines ?? { float: true, exact: true },
    confusion: given.confusion ?? false,
    perClass: given['per-class'] ?? false,
    saveLogits: given['save-logits'],
    savePredictions: given['save-predictions'],
    threads: given.threads ?? availableParallelism(),
    seed: given.seed ?? defaults.seed,
    partial: given.partial ?? false,
  };
}
