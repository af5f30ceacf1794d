import type { EngineOptions } from '../engine/device.js';
import { usualBatch } from '../eval/batch_size.js';
import { parameterCount } from '../eval/eval_report.js';
import { type BoundModel, bindModel, loadModel, type Model } from '../eval/model.js';
import { openData, warnOfTrainingData } from '../eval/run_eval.js';
import { type EvaluatedData, imageSizes, modelBatches, openCalibrationData } from '../eval/samples.js';
import { openFloatBaseline } from '../eval/scorer.js';
import { readTunedModel, type TunedModel } from '../eval/tuned_model.js';
import type { QMethod } from '../quant/qparams.js';
import { UserError } from '../util/errors.js';
import type { Content } from './cache.js';
import { type PassOptions, type PassResult, runPass } from './pass.js';
import { Samples } from './samples.js';
import type { SuiteModel } from './suite/suite.js';

/** What a benchmark tells its caller, and how it is stopped. */
export interface BenchHooks {
  onWarning?(message: string): void;
  readonly signal?: AbortSignal;
}

/** A model of a suite with its images, for any number of multipliers and quantizations. */
export class ModelContext {
  readonly suite: SuiteModel;
  readonly model: Model;
  /** What a retrained model says of itself. */
  readonly tuned: TunedModel | undefined;
  readonly sizes: Readonly<Record<number, number>>;
  readonly bound: BoundModel;
  readonly data: EvaluatedData;
  readonly samples: Samples;
  readonly #calibration = new Map<number, Promise<Samples>>();

  private constructor(
    suite: SuiteModel,
    parts: Pick<ModelContext, 'model' | 'tuned' | 'sizes' | 'bound' | 'data' | 'samples'>,
  ) {
    this.suite = suite;
    this.model = parts.model;
    this.tuned = parts.tuned;
    this.sizes = parts.sizes;
    this.bound = parts.bound;
    this.data = parts.data;
    this.samples = parts.samples;
  }

  /**
   * @param qmethod decides, with the device, on the batch where the suite leaves it open
   * @throws UserError where the model or its data cannot be used; InterruptedError
   */
  static async open(
    suite: SuiteModel,
    qmethod: QMethod,
    { device, ...hooks }: BenchHooks & Pick<EngineOptions, 'device'>,
  ): Promise<ModelContext> {
    const model = await loadModel(suite.file);
    const tuned = readTunedModel(model.graph.metadata, model.file, (message) => hooks.onWarning?.(message));
    const sizes = await imageSizes(suite, model);
    const batch = suite.batch ?? usualBatch(model, sizes, qmethod, device);
    const bound = await bindModel(model, Math.min(batch, suite.limit ?? batch), sizes);
    // A retrained model names the split that its accuracy was measured on.
    const split = suite.split ?? (suite.data === undefined ? tuned?.dataset.split : undefined);
    const data = await openData({ ...suite, split }, bound);
    if (data === undefined) {
      throw new UserError(
        `${suite.file}: names no dataset of its own, and a benchmark needs labelled images; give data in the suite, or --data`,
      );
    }
    if (tuned !== undefined) warnOfTrainingData(tuned, data, (message) => hooks.onWarning?.(message));
    const samples = await Samples.load(
      () => modelBatches(bound, data.dataset, data.preprocess, suite.limit),
      hooks.signal,
    );
    return new ModelContext(suite, { model, tuned, sizes, bound, data, samples });
  }

  /** Float constants of the network. */
  get parameters(): number {
    return parameterCount(this.bound);
  }

  /** What decides the result of the float network. */
  get content(): Content {
    return { model: this.model.sha256, samples: this.samples.sha256 };
  }

  /** The float32 network. */
  async floatPass(engine: EngineOptions, options: PassOptions): Promise<PassResult> {
    const baseline = await openFloatBaseline(this.bound, engine);
    const stop = () => baseline.cancel();
    options.signal?.addEventListener('abort', stop);
    try {
      return await runPass(this.bound, this.samples, baseline, options);
    } finally {
      options.signal?.removeEventListener('abort', stop);
      if (!options.signal?.aborted) await baseline.release();
    }
  }

  /** The images to calibrate on, read once for each number of them. */
  calibrationSamples(count: number, hooks: BenchHooks): Promise<Samples> {
    const known = this.#calibration.get(count);
    if (known !== undefined) return known;
    const samples = this.#loadCalibration(count, hooks);
    this.#calibration.set(count, samples);
    return samples;
  }

  async #loadCalibration(count: number, { signal, onWarning }: BenchHooks): Promise<Samples> {
    const { spec, dataset: evaluated, preprocess } = this.data;
    const { dataset, split, shared } = await openCalibrationData(spec, evaluated);
    if (shared) {
      onWarning?.(
        `${this.suite.name}: calibrated on the evaluated split ('${split}'); accuracies are slightly optimistic`,
      );
    }
    return Samples.load(() => modelBatches(this.bound, dataset, preprocess, count), signal);
  }
}
