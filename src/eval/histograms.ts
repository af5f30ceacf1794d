import { macsPerSample } from '../engine/linear_layer.js';
import { exactMultiplier } from '../multiplier/create.js';
import { firstOperand, type OperandType } from '../multiplier/multiplier.js';
import { type OperandPair, operandTypes } from '../multiplier/operand_pair.js';
import type { LayerHistogram, OperandHistograms } from '../quant/operand_histograms.js';
import { type QParams, qparamsFromRange, quantizeValue } from '../quant/qparams.js';
import { rangeOf } from '../quant/range.js';
import { quantizeWeights, TABLE_BITS } from '../quant/weights.js';
import { UserError } from '../util/errors.js';
import { type ApproximateModel, approximate } from './approximate.js';
import { calibrationFor } from './calibration.js';
import { bringsRanges, completeSettings } from './complete_settings.js';
import { defaults } from './defaults.js';
import { loadModel } from './model.js';
import { observeInputs } from './observe_inputs.js';
import { openData } from './run_eval.js';
import { type EvaluatedData, imageSizes, modelBatches } from './samples.js';
import type { EvalHooks, EvalSettings, OpenSettings } from './settings.js';
import { readTunedModel } from './tuned_model.js';

/** What the user asked for; what is not given comes from a retrained model's metadata, then from the defaults. */
export type HistogramRequest = Pick<EvalSettings, 'model' | 'data' | 'split' | 'limit' | 'preprocess'> &
  Pick<EvalSettings, 'overrides' | 'threads'> &
  Partial<Pick<OpenSettings, 'qmethod' | 'activationBits' | 'weightBits' | 'calibrator' | 'calibrate'>> & {
    /** Types of the operands (default: int8, or what the model was retrained for). */
    readonly types?: OperandPair;
  };

/**
 * Counts the operand codes of every layer that a multiplier could serve: those of its weights, and those of its
 * inputs when the samples go through the float32 network. Activations are quantized with static ranges, from a
 * calibration or a retraining. A padded tap is no element of the input: it is not counted.
 * @throws UserError for whatever the user can mend; InterruptedError when aborted
 */
export async function collectHistograms(
  request: HistogramRequest,
  hooks: EvalHooks = {},
): Promise<OperandHistograms> {
  const warn = (message: string) => hooks.onWarning?.(message);
  const loaded = await loadModel(request.model);
  const tuned = readTunedModel(loaded.graph.metadata, loaded.file, warn);
  const settings = completeSettings(request, tuned);
  const { activation, weight } =
    request.types === undefined
      ? (tuned?.approximation?.multiplier ?? operandTypes('int8'))
      : operandTypes(request.types);
  const { qmethod, activationBits, weightBits, fullRange, limit } = settings;
  const uncalibrated = await approximate(loaded, exactMultiplier(activation, weight), {
    qmethod: { mode: 'static', activation: 'tensor', weight: qmethod.weight },
    activationBits,
    weightBits,
    fullRange,
    batch: Math.min(defaults.batch, limit ?? defaults.batch),
    sizes: await imageSizes(settings, loaded),
  });
  const data = await openData(settings, uncalibrated.bound);
  if (data === undefined) {
    throw new UserError(`no images to count codes of: ${loaded.file} names no dataset; give --data`);
  }
  const calibration = await calibrationFor({
    settings: { ...settings, qmethod: uncalibrated.quantization.qmethod, seed: defaults.seed },
    model: uncalibrated,
    ranges: bringsRanges(request, uncalibrated.quantization) ? tuned?.approximation?.ranges : undefined,
    data,
    hooks,
    // That ranges come from the images which are counted flatters nothing here.
    warn: calibratesOnItself(data) ? () => undefined : warn,
  });
  if (calibration === undefined) {
    throw new UserError(`${loaded.file}: no layer can be approximated; approxtorch inspect says why`);
  }
  const { dataset } = data;
  const samples = Math.min(dataset.length, limit ?? dataset.length);
  const layers = await countCodes(calibration.model, data, samples, request.threads, hooks);
  return {
    modelSha256: loaded.sha256,
    dataset: dataset.name,
    split: dataset.split,
    samples,
    ranges:
      calibration.calibrator === null
        ? calibration.source
        : `${calibration.calibrator}, ${calibration.samples} samples of ${calibration.source}`,
    activation: { type: activation, bits: activationBits },
    weight: { type: weight, bits: weightBits },
    layers,
  };
}

function calibratesOnItself({ dataset: { split, splits } }: EvaluatedData): boolean {
  return split === 'train' || !splits.includes('train');
}

async function countCodes(
  model: ApproximateModel,
  data: EvaluatedData,
  samples: number,
  threads: number,
  hooks: EvalHooks,
): Promise<LayerHistogram[]> {
  const { assignments, ranges, quantization, bound } = model;
  const [{ activation, weight }] = model.multipliers;
  const layers = assignments.flatMap(({ layer, slot }) => (slot === null ? [] : [layer]));
  const counters = new Map(
    layers.map(({ input }) => {
      const range = ranges.get(input)!;
      const { activationBits, fullRange } = quantization;
      const qparams = qparamsFromRange(range, activation, activationBits, { fullRange, name: input });
      return [input, new CodeCounter(input, qparams)] as const;
    }),
  );
  const batches = modelBatches(bound, data.dataset, data.preprocess, samples);
  await observeInputs(model, batches, counters, {
    threads,
    signal: hooks.signal,
    onProgress: (done) => hooks.onProgress?.({ phase: 'histograms', done, total: samples }),
  });
  return layers.map((layer) => {
    const { node, input, weights, outputShape } = layer;
    const { indices } = quantizeWeights(
      weights,
      outputShape[1],
      weight,
      quantization.weightBits,
      quantization.qmethod.weight,
      node.inputs[1],
    );
    return {
      name: node.name,
      macs: macsPerSample(layer, bound.batch),
      activation: counters.get(input)!.counts,
      weight: countIndices(indices, weight, quantization.weightBits),
    };
  });
}

/** Counts the codes of a stream of values. */
class CodeCounter {
  /** By code, ascending from the type's first. */
  readonly counts: Float64Array;
  readonly #name: string;
  readonly #qparams: QParams;

  constructor(name: string, qparams: QParams) {
    this.#name = name;
    this.#qparams = qparams;
    this.counts = new Float64Array(2 ** qparams.bits);
  }

  /** @throws UserError where a value is not finite */
  observe(values: Float32Array): void {
    rangeOf(values, this.#name);
    const first = firstOperand(this.#qparams.type, this.#qparams.bits);
    for (let i = 0; i < values.length; i++) this.counts[quantizeValue(values[i], this.#qparams) - first]++;
  }
}

/** Counts of codes that are given as indices of an 8-bit table. */
function countIndices(indices: Uint8Array, type: OperandType, bits: number): Float64Array {
  const counts = new Float64Array(2 ** bits);
  const first = firstOperand(type, bits) - firstOperand(type, TABLE_BITS);
  for (const index of indices) counts[index - first]++;
  return counts;
}
