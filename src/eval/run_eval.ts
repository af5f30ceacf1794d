import { cpus } from 'node:os';
import type { Dataset } from '../data/dataset.js';
import { openDataset } from '../data/open.js';
import { loadAddon } from '../engine/addon.js';
import { layerKind, macsPerSample } from '../engine/linear_layer.js';
import { formatQMethod } from '../quant/qmethod.js';
import type { EvalReport, LayerResult } from '../report/results.js';
import { UserError } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { type ApproximateModel, approximate } from './approximate.js';
import type { LayerAssignment } from './assignment.js';
import { type Calibration, calibrationFor } from './calibration.js';
import { bringsRanges, completeSettings } from './complete_settings.js';
import { type Evaluation, evaluate, type LabelledBatch } from './evaluate.js';
import { type BoundModel, loadModel } from './model.js';
import { multiplierResult } from './multiplier_result.js';
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
  const uncalibrated = await approximate(loaded, multipliers.multiplier, {
    ...settings,
    batch: Math.min(settings.batch, settings.limit ?? settings.batch),
    sizes: await imageSizes(settings, loaded),
    layers: multipliers.layers,
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
  const evaluation = await evaluate(model, samplesOf(settings, bound, data), {
    classNames: data?.dataset.classNames,
    baselines: { ...settings.baselines, float: settings.baselines.float || data === undefined },
    confusion: settings.confusion,
    perClass: settings.perClass,
    threads: settings.threads,
    labelByFloat: data === undefined,
    partial: settings.partial,
    signal: hooks.signal,
    onProgress: (done) => hooks.onProgress?.({ phase: 'evaluate', done, total: sampleCount(settings, data) }),
    onBatch: (batch, scores, predictions) => outputs.add(batch, scores, predictions),
  });
  await outputs.write();
  const totalSeconds = (performance.now() - started) / 1000;
  return makeReport({ settings, model, data, calibration, evaluation, warnings, totalSeconds });
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

interface ReportParts {
  readonly settings: EvalSettings;
  readonly model: ApproximateModel;
  readonly data: EvaluatedData | undefined;
  readonly calibration: Calibration | undefined;
  readonly evaluation: Evaluation;
  readonly warnings: readonly string[];
  readonly totalSeconds: number;
}

function makeReport(parts: ReportParts): EvalReport {
  const { settings, model, data, calibration, evaluation } = parts;
  const { bound, multipliers } = model;
  const { float, exact, approx } = evaluation;
  const layers = model.assignments.map((assignment) => layerResult(assignment, model, evaluation));
  return {
    schemaVersion: 1,
    command: 'eval',
    version: packageVersion(),
    kind: data === undefined ? 'label-free' : 'accuracy',
    partial: evaluation.partial,
    model: {
      file: settings.model,
      sha256: bound.model.sha256,
      opset: bound.model.graph.opset,
      parameters: parameterCount(bound),
      macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
      fallbackOps: evaluation.fallbackOps,
    },
    multiplier: multiplierResult(multipliers[0]),
    otherMultipliers: multipliers.slice(1).map(multiplierResult),
    dataset: {
      name: data?.dataset.name ?? `random inputs, seed ${settings.seed}`,
      kind: data?.dataset.kind ?? 'random',
      split: data?.dataset.split ?? null,
      samples: evaluation.samples,
      classes: bound.output.classes,
      preprocess: data?.preprocess.name ?? null,
    },
    quantization: {
      qmethod: formatQMethod(settings.qmethod),
      activationBits: settings.activationBits,
      weightBits: settings.weightBits,
      calibrator: calibration?.calibrator ?? null,
      calibrationSamples: calibration?.samples ?? null,
      calibrationSource: calibration?.source ?? null,
      padding: settings.padding,
    },
    results: { float, exact, approx },
    drop: {
      quantization: float && exact ? float.top1 - exact.top1 : null,
      multiplier: exact ? exact.top1 - approx.top1 : null,
      total: float ? float.top1 - approx.top1 : null,
    },
    mcnemar: evaluation.mcnemar,
    layers,
    timing: {
      seconds: approx.seconds,
      imagesPerSecond: approx.imagesPerSecond,
      gmacsPerSecond: evaluation.gmacsPerSecond,
      totalSeconds: parts.totalSeconds,
    },
    device: {
      kind: 'cpu',
      isa: loadAddon().isa(),
      threads: settings.threads,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
    },
    warnings: parts.warnings,
  };
}

/** Elements of the model's floating-point constants. */
export function parameterCount({ model }: BoundModel): number {
  let count = 0;
  for (const tensor of model.graph.constants.values()) {
    if (tensor.type.startsWith('float')) count += tensor.data.length;
  }
  return count;
}

function layerResult(
  { node, layer, slot, reason }: LayerAssignment,
  { bound, multipliers }: ApproximateModel,
  evaluation: Evaluation,
): LayerResult {
  const noise = evaluation.noise.get(node.name);
  return {
    name: node.name,
    op: node.op,
    kind: layer === null ? '' : layerKind(layer),
    inputShape: bound.graph.values.get(node.inputs[0])?.shape ?? [],
    outputShape: bound.graph.values.get(node.outputs[0])?.shape ?? [],
    macs: layer === null ? 0 : macsPerSample(layer, bound.batch),
    approximated: slot !== null,
    reason,
    lut: slot === null ? null : multipliers[slot].name,
    sqnr: noise?.exact ?? null,
    sqnrFloat: noise?.float ?? null,
    kernel: evaluation.kernels.get(node.name) ?? 'float',
  };
}
