import type { Dataset } from '../data/dataset.js';
import { openDataset } from '../data/open.js';
import type { EvalReport } from '../report/results.js';
import { UserError } from '../util/errors.js';
import { approximate } from './approximate.js';
import { inFittingBatches, usualBatch } from './batch_size.js';
import { calibrationFor } from './calibration.js';
import { bringsRanges, completeSettings } from './complete_settings.js';
import { evalReport } from './eval_report.js';
import { evaluate, type LabelledBatch } from './evaluate.js';
import { type BoundModel, hasFixedBatch, loadModel } from './model.js';
import { compareMultipliers, loadMultipliers } from './multipliers.js';
import { EvalOutputs } from './outputs.js';
import { choosePreprocess, type EvaluatedData, imageSizes, modelBatches, randomBatches } from './samples.js';
import type { EvalHooks, EvalRequest, EvalSettings } from './settings.js';
import { readTunedModel, type TunedModel } from './tuned_model.js';

/** Random samples of a label-free comparison, unless --limit says otherwise. */
const RANDOM_SAMPLES = 256;

/**
 * Everything `approxtorch eval` does, from settings to the report. What is not given is taken from a retrained
 * model's metadata, then from the defaults; its ranges stand for a calibration unless the request speaks of one.
 * @throws UserError for whatever the user can mend; InterruptedError when aborted without `partial`
 */
export async function runEval(request: EvalRequest, hooks: EvalHooks = {}): Promise<EvalReport> {
  const started = performance.now();
  const warnings: string[] = [];
  const warn = (message: string) => {
    if (warnings.includes(message)) return;
    warnings.push(message);
    hooks.onWarning?.(message);
  };
  const loaded = await loadModel(request.model);
  const tuned = readTunedModel(loaded.graph.metadata, loaded.file, warn);
  const settings = completeSettings(request, tuned);
  const multipliers = await loadMultipliers(
    settings,
    warn,
    request.layers === undefined ? loaded.file : undefined,
  );
  if (tuned?.approximation) compareMultipliers(multipliers, tuned.approximation, loaded.file, warn);
  const sizes = await imageSizes(settings, loaded);
  const evaluateIn = async (batch: number) => {
    const { layers } = multipliers;
    const uncalibrated = await approximate(loaded, multipliers.multiplier, {
      ...settings,
      batch,
      sizes,
      layers,
    });
    const { bound, assignments } = uncalibrated;
    if (!assignments.some(({ slot }) => slot !== null)) {
      warn('no layer is approximated; all of them compute in float32');
    }
    const data = await openData(settings, bound);
    if (tuned !== undefined && data !== undefined) warnOfTrainingData(tuned, data, warn);
    const ranges = bringsRanges(request, settings) ? tuned?.approximation?.ranges : undefined;
    const calibration = await calibrationFor({ settings, model: uncalibrated, ranges, data, hooks, warn });
    const model = calibration?.model ?? uncalibrated;
    const outputs = new EvalOutputs(settings, bound.output.classes);
    const total = sampleCount(settings, data);
    const evaluation = await evaluate(model, samplesOf(settings, bound, data), {
      classNames: data?.dataset.classNames,
      baselines: { ...settings.baselines, float: settings.baselines.float || data === undefined },
      confusion: settings.confusion,
      perClass: settings.perClass,
      threads: settings.threads,
      device: settings.device,
      moreDevices: settings.moreDevices,
      kernel: settings.kernel,
      labelByFloat: data === undefined,
      partial: settings.partial,
      signal: hooks.signal,
      onProgress: (done) => hooks.onProgress?.({ phase: 'evaluate', done, total }),
      onBatch: (batch, scores, predictions) => outputs.add(batch, scores, predictions),
    });
    await outputs.write();
    const totalSeconds = (performance.now() - started) / 1000;
    return evalReport({ settings, model, data, calibration, evaluation, warnings, totalSeconds });
  };
  const batch = settings.batch ?? usualBatch(loaded, sizes, settings.qmethod, settings.device);
  const first = Math.min(batch, settings.limit ?? batch);
  const open = settings.batch === undefined && !hasFixedBatch(loaded);
  return open ? inFittingBatches(first, settings, warn, evaluateIn) : evaluateIn(first);
}

/** The dataset that the settings or the model name; undefined where none is. @throws UserError where it does not fit */
export async function openData(
  settings: Pick<EvalSettings, 'data' | 'split' | 'preprocess' | 'overrides'>,
  bound: BoundModel,
): Promise<EvaluatedData | undefined> {
  const spec = settings.data ?? bound.model.dataset;
  if (spec === undefined) return undefined;
  const dataset = await openDataset(spec, { split: settings.split }).catch((error: unknown) => {
    if (settings.data !== undefined || !(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}; ${bound.model.file} names this dataset in its metadata: give --data`,
      { cause: error },
    );
  });
  const preprocess = await choosePreprocess(settings, bound.model, dataset, bound.input.shape);
  checkClasses(dataset, spec, bound);
  return { spec, dataset, preprocess };
}

/** @throws UserError where labels go beyond the model's scores */
export function checkClasses({ classes }: Dataset, spec: string, { output }: BoundModel): void {
  if (classes <= output.classes) return;
  throw new UserError(
    `${spec}: has ${classes} classes (labels 0 to ${classes - 1}), but the model gives ${output.classes} scores; is --data the dataset of this model?`,
  );
}

/** Warns where a retrained model meets images that it may have been retrained on. */
export function warnOfTrainingData(
  { dataset }: TunedModel,
  { dataset: evaluated }: EvaluatedData,
  warn: (message: string) => void,
): void {
  if (!dataset.shared || evaluated.name !== dataset.name || evaluated.split !== dataset.split) return;
  warn(
    `the model was retrained on images of this split ('${evaluated.split}' of ${evaluated.name}); accuracies are too optimistic`,
  );
}

function sampleCount(settings: EvalSettings, data: EvaluatedData | undefined): number {
  if (data === undefined) return settings.limit ?? RANDOM_SAMPLES;
  return Math.min(data.dataset.length, settings.limit ?? data.dataset.length);
}

function samplesOf(
  settings: EvalSettings,
  bound: BoundModel,
  data: EvaluatedData | undefined,
): AsyncIterable<LabelledBatch> {
  if (data === undefined) return randomBatches(bound, sampleCount(settings, data), settings.seed);
  return modelBatches(bound, data.dataset, data.preprocess, settings.limit);
}
