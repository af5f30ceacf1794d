import { layerKind, macsPerSample } from '../engine/linear_layer.js';
import { formatQMethod } from '../quant/qmethod.js';
import type { EvalReport, LayerResult } from '../report/results.js';
import { packageVersion } from '../util/version.js';
import type { ApproximateModel } from './approximate.js';
import type { LayerAssignment } from './assignment.js';
import type { Calibration } from './calibration.js';
import { deviceResult } from './device_result.js';
import type { Evaluation } from './evaluate.js';
import type { BoundModel } from './model.js';
import { multiplierResult } from './multiplier_result.js';
import type { EvaluatedData } from './samples.js';
import type { EvalSettings } from './settings.js';

export interface ReportParts {
  readonly settings: EvalSettings;
  readonly model: ApproximateModel;
  readonly data: EvaluatedData | undefined;
  readonly calibration: Calibration | undefined;
  readonly evaluation: Evaluation;
  readonly warnings: readonly string[];
  readonly totalSeconds: number;
}

/** The report on an evaluation. */
export function evalReport(parts: ReportParts): EvalReport {
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
    device: deviceResult(settings, settings.moreDevices),
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
