import type { Multiplier } from '../multiplier/multiplier.js';
import { loadCalibration, saveCalibration } from '../quant/calibration_file.js';
import type { Range } from '../quant/qparams.js';
import { UserError } from '../util/errors.js';
import type { LayerAssignment } from './assignment.js';
import { calibrate, type InputBatches } from './calibrate.js';
import type { BoundModel } from './model.js';
import { type EvaluatedData, modelBatches, openCalibrationData, randomBatches } from './samples.js';
import type { EvalHooks, EvalSettings } from './settings.js';

/** Static ranges and where they come from. */
export interface Calibration {
  readonly ranges: ReadonlyMap<string, Range>;
  readonly calibrator: string;
  readonly samples: number;
  readonly source: string;
}

export interface CalibrationRequest {
  readonly settings: EvalSettings;
  readonly bound: BoundModel;
  readonly assignments: readonly LayerAssignment[];
  readonly multipliers: readonly Multiplier[];
  readonly data: EvaluatedData | undefined;
  readonly hooks: EvalHooks;
  warn(message: string): void;
}

/** The calibration that the settings ask for; undefined where ranges are dynamic or nothing is approximated. */
export async function calibrationFor(request: CalibrationRequest): Promise<Calibration | undefined> {
  const { settings, bound, assignments } = request;
  if (settings.qmethod.mode === 'dynamic' || assignments.every(({ slot }) => slot === null)) return undefined;
  if (settings.calibration !== undefined) return stored(settings.calibration, request);
  const { batches, samples, source } = await calibrationSamples(request);
  const ranges = await calibrate(bound, assignments, batches, {
    calibrator: settings.calibrator,
    activationBits: settings.activationBits,
    activations: request.multipliers.map(({ activation }) => activation),
    threads: settings.threads,
    signal: request.hooks.signal,
    onProgress: (done) => request.hooks.onProgress?.({ phase: 'calibrate', done, total: samples }),
  });
  const calibration = { ranges, calibrator: settings.calibrator, samples, source };
  if (settings.saveCalibration !== undefined) {
    await saveCalibration(settings.saveCalibration, {
      modelSha256: bound.model.sha256,
      calibrator: settings.calibrator,
      samples,
      ranges,
    });
  }
  return calibration;
}

async function stored(file: string, { bound, assignments, warn }: CalibrationRequest): Promise<Calibration> {
  const { modelSha256, ranges, calibrator, samples } = await loadCalibration(file);
  if (modelSha256 !== bound.model.sha256) {
    warn(
      `${file} was made for another model (${modelSha256.slice(0, 12)}…); its ranges are used all the same`,
    );
  }
  const missing = assignments.find(({ layer, slot }) => slot !== null && !ranges.has(layer.input));
  if (missing?.layer) {
    throw new UserError(
      `${file}: no range for '${missing.layer.input}', the input of ${missing.node.name}; calibrate again with --save-calibration`,
    );
  }
  return { ranges, calibrator, samples, source: file };
}

async function calibrationSamples(
  request: CalibrationRequest,
): Promise<{ batches: InputBatches; samples: number; source: string }> {
  const { settings, bound, data, warn } = request;
  if (data === undefined) {
    // Other numbers than those of the comparison, but of the same kind.
    const batches = randomBatches(bound, settings.calibrate, settings.seed + 1);
    return { batches, samples: settings.calibrate, source: 'random inputs' };
  }
  const { dataset, split, shared } = await openCalibrationData(data.spec, data.dataset);
  if (shared) {
    warn(
      `calibrated on the evaluated split ('${split}'), since ${data.dataset.name} has no other; accuracies are slightly optimistic`,
    );
  }
  const samples = Math.min(settings.calibrate, dataset.length);
  const batches = modelBatches(bound, dataset, data.preprocess, samples);
  return { batches, samples, source: `${dataset.name} ${split}` };
}
