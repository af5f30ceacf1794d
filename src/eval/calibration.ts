import { loadCalibration, saveCalibration } from '../quant/calibration_file.js';
import type { Range } from '../quant/qparams.js';
import { UserError } from '../util/errors.js';
import type { ApproximateModel } from './approximate.js';
import type { LayerAssignment } from './assignment.js';
import { calibrate } from './calibrate.js';
import type { InputBatches } from './observe_inputs.js';
import { type EvaluatedData, modelBatches, openCalibrationData, randomBatches } from './samples.js';
import type { EvalHooks, EvalSettings } from './settings.js';

/** A calibrated model, and where its ranges come from. */
export interface Calibration {
  readonly model: ApproximateModel;
  /** null where nothing was calibrated: the ranges are those of a retraining. */
  readonly calibrator: string | null;
  readonly samples: number | null;
  readonly source: string;
}

/** What decides a calibration. */
export type CalibrationSettings = Pick<
  EvalSettings,
  'qmethod' | 'calibrator' | 'calibrate' | 'calibration' | 'saveCalibration' | 'threads' | 'device' | 'seed'
>;

export interface CalibrationRequest {
  readonly settings: CalibrationSettings;
  readonly model: ApproximateModel;
  /** Ranges that the model brings along; they come before calibrated ones. */
  readonly ranges?: ReadonlyMap<string, Range>;
  readonly data: EvaluatedData | undefined;
  readonly hooks: EvalHooks;
  warn(message: string): void;
}

/** The calibration that the settings ask for; undefined where ranges are dynamic or nothing is approximated. */
export async function calibrationFor(request: CalibrationRequest): Promise<Calibration | undefined> {
  const { settings, model } = request;
  if (settings.qmethod.mode === 'dynamic' || model.assignments.every(({ slot }) => slot === null))
    return undefined;
  if (settings.calibration !== undefined) return stored(settings.calibration, request);
  const { ranges: own = new Map<string, Range>(), warn } = request;
  const missing = withoutRange(model, own);
  if (missing === undefined) {
    return { model: { ...model, ranges: own }, calibrator: null, samples: null, source: 'the retraining' };
  }
  if (own.size > 0) {
    warn(
      `${model.bound.model.file} brings no range for '${missing.layer?.input}', the input of ${missing.node.name}; what is missing is calibrated`,
    );
  }
  const { batches, samples, source } = await calibrationSamples(request);
  const { calibrator, threads, device, saveCalibration: file } = settings;
  const calibrated = await calibrate(model, batches, {
    calibrator,
    threads,
    device,
    signal: request.hooks.signal,
    onProgress: (done) => request.hooks.onProgress?.({ phase: 'calibrate', done, total: samples }),
  });
  if (file !== undefined) {
    const modelSha256 = model.bound.model.sha256;
    await saveCalibration(file, { modelSha256, calibrator, samples, ranges: calibrated.ranges });
  }
  const ranges = new Map([...calibrated.ranges, ...own]);
  return { model: { ...calibrated, ranges }, calibrator, samples, source };
}

async function stored(file: string, { model, warn }: CalibrationRequest): Promise<Calibration> {
  const { modelSha256, ranges, calibrator, samples } = await loadCalibration(file);
  if (modelSha256 !== model.bound.model.sha256) {
    warn(
      `${file} was made for another model (${modelSha256.slice(0, 12)}…); its ranges are used all the same`,
    );
  }
  const missing = withoutRange(model, ranges);
  if (missing !== undefined) {
    throw new UserError(
      `${file}: no range for '${missing.layer?.input}', the input of ${missing.node.name}; calibrate again with --save-calibration`,
    );
  }
  return { model: { ...model, ranges }, calibrator, samples, source: file };
}

/** The first approximate layer whose input has no range. */
function withoutRange(
  { assignments }: ApproximateModel,
  ranges: ReadonlyMap<string, Range>,
): LayerAssignment | undefined {
  return assignments.find(({ layer, slot }) => slot !== null && !ranges.has(layer.input));
}

async function calibrationSamples(
  request: CalibrationRequest,
): Promise<{ batches: InputBatches; samples: number; source: string }> {
  const { settings, data, warn } = request;
  const { bound } = request.model;
  if (data === undefined) {
    // Other numbers than those of the comparison, but of the same kind.
    const batches = randomBatches(bound, settings.calibrate, settings.seed + 1);
    return { batches, samples: settings.calibrate, source: 'random inputs' };
  }
  const { dataset, split, shared } = await openCalibrationData(data.spec, data.dataset);
  if (shared) {
    warn(
      `calibrated on the evaluated split ('${split}')${data.dataset.splits.length > 1 ? '' : `, since ${data.dataset.name} has no other`}; accuracies are slightly optimistic`,
    );
  }
  const samples = Math.min(settings.calibrate, dataset.length);
  const batches = modelBatches(bound, dataset, data.preprocess, samples);
  return { batches, samples, source: `${dataset.name} ${split}` };
}
