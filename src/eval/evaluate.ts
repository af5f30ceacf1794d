import { availableParallelism } from 'node:os';
import { CPU, type Device, type EngineOptions } from '../engine/device.js';
import { macsPerSample } from '../engine/linear_layer.js';
import type { Network } from '../engine/network.js';
import type { AccuracyResult } from '../report/results.js';
import { InterruptedError, UserError } from '../util/errors.js';
import { Opened, orRelease } from '../util/release.js';
import { AccuracyCounter, predictedClass } from './accuracy.js';
import { type ApproximateModel, openNetwork } from './approximate.js';
import { fillBatch } from './input_batch.js';
import { type LayerNoise, LayerNoiseProbe } from './layer_noise.js';
import { pipeline } from './pipeline.js';
import { NetworkScorer, openFloatBaseline, type Scorer } from './scorer.js';
import { mcNemar } from './statistics.js';

/** Samples for the layers' SQNR: enough for a tenth of a decibel, cheap for large models. */
const PROBE_SAMPLES = 32;

/** Labelled samples ready for the model, e.g. from `batches`. */
export interface LabelledBatch {
  readonly first: number;
  readonly count: number;
  /** float32 [count, …] */
  readonly input: Float32Array;
  readonly labels: Int32Array;
}

export interface EvaluateOptions extends Partial<EngineOptions> {
  readonly classNames?: readonly string[];
  /** What to run beside the approximate model (default: both). */
  readonly baselines?: { readonly float: boolean; readonly exact: boolean };
  readonly confusion?: boolean;
  readonly perClass?: boolean;
  /** Of the kind of `device`; batches go to all of them in turn. */
  readonly moreDevices?: readonly Device[];
  /** Samples on which the layers' SQNR is measured (default 32); 0 leaves it out. */
  readonly probeSamples?: number;
  /** Labels are the float model's predictions instead of those of the samples. */
  readonly labelByFloat?: boolean;
  /** End with what was evaluated so far when the signal is aborted, instead of an InterruptedError (if anything was). */
  readonly partial?: boolean;
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
  /** Called with the approximate model's outputs, float32 [count, classes], and all predictions. */
  onBatch?(batch: LabelledBatch, outputs: Float32Array, predictions: BatchPredictions): void;
}

export interface BatchPredictions {
  readonly float: Int32Array | null;
  readonly exact: Int32Array | null;
  readonly approx: Int32Array;
}

export interface Evaluation {
  readonly samples: number;
  readonly partial: boolean;
  readonly float: AccuracyResult | null;
  readonly exact: AccuracyResult | null;
  readonly approx: AccuracyResult;
  readonly mcnemar: { readonly exactOnly: number; readonly approxOnly: number; readonly p: number } | null;
  /** By node name; see `LayerNoise`. */
  readonly noise: ReadonlyMap<string, LayerNoise>;
  readonly fallbackOps: readonly string[];
  /** Kernel of each layer, by node name: 'onnxruntime' where it runs there, absent where it is the float one. */
  readonly kernels: ReadonlyMap<string, string>;
  /** 10⁹ multiply-accumulates per second of the approximate pass, all layers counted. */
  readonly gmacsPerSecond: number;
}

/** Runs the float, the exact-integer and the approximate model side by side over the same samples. */
export async function evaluate(
  model: ApproximateModel,
  samples: AsyncIterable<LabelledBatch>,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const run = await Run.open(model, options);
  const stop = () => run.cancel();
  options.signal?.addEventListener('abort', stop);
  try {
    let partial = false;
    try {
      await pipeline(
        samples,
        run.mostBatches,
        (batch) => run.compute(batch),
        (batch, scores) => {
          run.add(batch, scores);
          options.onProgress?.(run.samples);
        },
        options.signal,
      );
    } catch (error) {
      if (!(error instanceof InterruptedError) || !options.partial || run.samples === 0) throw error;
      partial = true;
    }
    return run.result(partial);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    // What an aborted run still computes would have to end first.
    if (!options.signal?.aborted) await run.release();
  }
}

/** Of a full batch, float32 [batch, classes]; null where a variant does not run. */
interface BatchScores {
  readonly float: Float32Array | null;
  readonly exact: Float32Array | null;
  readonly approx: Float32Array;
}

class Run {
  readonly #model: ApproximateModel;
  readonly #options: EvaluateOptions;
  readonly #approximate: NetworkScorer;
  readonly #exact: NetworkScorer | null;
  readonly #float: Scorer | null;
  #probe: LayerNoiseProbe | null;
  #noise = new Map<string, LayerNoise>();
  #probed = 0;
  /** The measuring of noise on the batches so far. */
  #probing = Promise.resolve();
  readonly #probeSamples: number;
  readonly #counters: {
    readonly float: AccuracyCounter;
    readonly exact: AccuracyCounter;
    readonly approx: AccuracyCounter;
  };
  #exactOnly = 0;
  #approxOnly = 0;

  private constructor(
    model: ApproximateModel,
    options: EvaluateOptions,
    networks: {
      approximate: NetworkScorer;
      exact: NetworkScorer | null;
      float: Scorer | null;
      probe: LayerNoiseProbe | null;
    },
  ) {
    this.#model = model;
    this.#options = options;
    this.#approximate = networks.approximate;
    this.#exact = networks.exact;
    this.#float = networks.float;
    this.#probe = networks.probe;
    const { classNames, perClass = false, confusion = false } = options;
    this.#probeSamples = options.probeSamples ?? PROBE_SAMPLES;
    const { classes } = model.bound.output;
    const counter = (probabilities: boolean) =>
      new AccuracyCounter({ classes, classNames, perClass, confusion, probabilities });
    const { probabilities } = model.bound;
    this.#counters = {
      float: counter(probabilities),
      exact: counter(probabilities),
      approx: counter(probabilities),
    };
  }

  static async open(model: ApproximateModel, options: EvaluateOptions): Promise<Run> {
    const { threads = availableParallelism(), device = CPU, kernel, moreDevices = [] } = options;
    const { probeSamples = PROBE_SAMPLES, baselines = { float: true, exact: true } } = options;
    const { bound } = model;
    const engine: EngineOptions = { threads, device, kernel };
    const open = (variant: 'exact' | 'approximate') =>
      NetworkScorer.open(bound, [device, ...moreDevices], (one) =>
        openNetwork(model, variant, { ...engine, device: one }),
      );
    return orRelease(new Opened(), async (opened) => {
      const approximate = await opened.keep(open('approximate'));
      const exact = baselines.exact ? await opened.keep(open('exact')) : null;
      const float = baselines.float ? await opened.keep(openFloatBaseline(bound, engine, moreDevices)) : null;
      const probe = probeSamples > 0 ? await LayerNoiseProbe.open(model, engine) : null;
      return new Run(model, options, { approximate, exact, float, probe });
    });
  }

  /** Batches that may be under way at the same time. */
  get mostBatches(): number {
    const scorers = [this.#approximate, this.#exact, this.#float];
    return Math.min(...scorers.flatMap((scorer) => (scorer === null ? [] : [scorer.mostRuns])));
  }

  get samples(): number {
    return this.#counters.approx.samples;
  }

  /** Runs all variants: one after the other, or where several batches may be under way at the same time. */
  async compute(batch: LabelledBatch): Promise<BatchScores> {
    const input = fillBatch(batch.input, batch.count, this.#model.bound.batch);
    this.#probing = this.#probing.then(() => this.#measureNoise(batch));
    if (this.mostBatches > 1) {
      const runs = [
        this.#float?.run(input),
        this.#exact?.run(input),
        this.#approximate.run(input),
        this.#probing,
      ] as const;
      // Where one fails, the others must have ended before their networks are released.
      await Promise.allSettled(runs);
      const [float = null, exact = null, approx] = await Promise.all(runs);
      return { float, exact, approx };
    }
    await this.#probing;
    const float = (await this.#float?.run(input)) ?? null;
    const exact = (await this.#exact?.run(input)) ?? null;
    return { float, exact, approx: await this.#approximate.run(input) };
  }

  add(batch: LabelledBatch, scores: BatchScores): void {
    const valid = (values: Float32Array) =>
      values.subarray(0, batch.count * this.#model.bound.output.classes);
    const float = scores.float && valid(scores.float);
    const approx = valid(scores.approx);
    const labels = this.#labels(batch, float);
    const floatPredictions = float && this.#counters.float.add(float, labels);
    const reference = floatPredictions ?? undefined;
    const exactPredictions = scores.exact && this.#counters.exact.add(valid(scores.exact), labels, reference);
    const approxPredictions = this.#counters.approx.add(approx, labels, reference);
    if (exactPredictions !== null) this.#compare(labels, exactPredictions, approxPredictions);
    this.#options.onBatch?.({ ...batch, labels }, approx, {
      float: floatPredictions,
      exact: exactPredictions,
      approx: approxPredictions,
    });
  }

  result(partial: boolean): Evaluation {
    const { float, exact, approx } = this.#counters;
    const { network } = this.#approximate;
    const result = approx.result(this.#approximate.seconds);
    const { batch } = this.#model.bound;
    const macs = this.#model.assignments.reduce(
      (sum, { layer }) => sum + (layer === null ? 0 : macsPerSample(layer, batch)),
      0,
    );
    return {
      samples: this.samples,
      partial,
      float: this.#float && float.result(this.#float.seconds),
      exact: this.#exact && exact.result(this.#exact.seconds),
      approx: result,
      mcnemar: this.#exact && {
        exactOnly: this.#exactOnly,
        approxOnly: this.#approxOnly,
        p: mcNemar(this.#exactOnly, this.#approxOnly),
      },
      noise: this.#noise,
      fallbackOps: [...new Set(network.fallbackNodes.map((node) => node.op))].sort(),
      kernels: kernelsOf(network),
      gmacsPerSecond: (result.imagesPerSecond * macs) / 1e9,
    };
  }

  cancel(): void {
    this.#approximate.cancel();
    this.#exact?.cancel();
    this.#float?.cancel();
    this.#probe?.cancel();
  }

  async release(): Promise<void> {
    await this.#approximate.release();
    await this.#exact?.release();
    await this.#float?.release();
    await this.#probe?.release();
  }

  async #measureNoise(batch: LabelledBatch): Promise<void> {
    if (this.#probe === null) return;
    const count = Math.min(batch.count, this.#probeSamples - this.#probed);
    await this.#probe.add(batch.input.subarray(0, (batch.input.length / batch.count) * count), count);
    this.#probed += count;
    this.#noise = this.#probe.result();
    if (this.#probed < this.#probeSamples) return;
    await this.#probe.release();
    this.#probe = null;
  }

  #labels(batch: LabelledBatch, float: Float32Array | null): Int32Array {
    if (!this.#options.labelByFloat) return this.#checkLabels(batch);
    if (float === null)
      throw new UserError('without labels the float baseline is needed; leave --baselines out');
    const { classes } = this.#model.bound.output;
    return Int32Array.from({ length: batch.count }, (_, i) =>
      predictedClass(float.subarray(i * classes, (i + 1) * classes)),
    );
  }

  #checkLabels({ labels, first }: LabelledBatch): Int32Array {
    const { classes } = this.#model.bound.output;
    const wrong = labels.findIndex((label) => label < 0 || label >= classes);
    if (wrong === -1) return labels;
    throw new UserError(
      `sample ${first + wrong} has the label ${labels[wrong]}, but the model gives ${classes} scores (labels 0 to ${classes - 1}); is --data the dataset of this model?`,
    );
  }

  #compare(labels: Int32Array, exact: Int32Array, approx: Int32Array): void {
    for (let i = 0; i < labels.length; i++) {
      const exactRight = exact[i] === labels[i];
      if (exactRight === (approx[i] === labels[i])) continue;
      if (exactRight) this.#exactOnly++;
      else this.#approxOnly++;
    }
  }
}

function kernelsOf(network: Network): Map<string, string> {
  return new Map([
    ...network
      .profile()
      .flatMap(({ name, type, kernel }) => (type === 'LutConv' ? [[name, kernel] as const] : [])),
    ...network.fallbackNodes.map(({ name }) => [name, 'onnxruntime'] as const),
  ]);
}
