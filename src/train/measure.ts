import type { Dataset } from '../data/dataset.js';
import { selection } from '../data/selection.js';
import type { ApproximateModel } from '../eval/approximate.js';
import { calibrationFor } from '../eval/calibration.js';
import { defaults } from '../eval/defaults.js';
import { evaluate } from '../eval/evaluate.js';
import { loadModel } from '../eval/model.js';
import type { LoadedMultipliers } from '../eval/multipliers.js';
import { runEval } from '../eval/run_eval.js';
import { imageSizes, modelBatches } from '../eval/samples.js';
import type { EvalSettings } from '../eval/settings.js';
import { readTunedModel } from '../eval/tuned_model.js';
import type { Range } from '../quant/qparams.js';
import type { VariantResults } from '../report/finetune_results.js';
import type { FinetuneData } from './finetune_data.js';
import type { FinetuneHooks, FinetuneSettings } from './settings.js';
import { withMultipliers } from './tuned_network.js';

/** What measurements share. */
export interface Measuring {
  readonly settings: FinetuneSettings;
  readonly data: FinetuneData;
  /** undefined: --lut float. */
  readonly multipliers: LoadedMultipliers | undefined;
  readonly hooks: FinetuneHooks;
}

/** Ranges of the inputs of approximate layers, as `approxtorch eval` would find them; none where they are dynamic. */
export async function calibratedRanges(
  model: ApproximateModel,
  { settings, data, hooks }: Measuring,
): Promise<ReadonlyMap<string, Range>> {
  const { spec, preprocess, shared } = data;
  // Without another split, the held-out images are not for calibration.
  const dataset = shared ? selection(data.images, data.training) : data.test;
  const silent = shared && settings.calibration === undefined;
  const calibration = await calibrationFor({
    settings: evalSettings(settings),
    model,
    data: { spec, dataset, preprocess },
    hooks,
    warn: (message) => {
      if (!silent) hooks.onWarning?.(message);
    },
  });
  return calibration?.model.ranges ?? new Map();
}

/** The accuracies of a model on the test images. */
export async function measure(
  model: ApproximateModel,
  { settings, data, hooks }: Measuring,
): Promise<VariantResults> {
  const approximated = model.assignments.some(({ slot }) => slot !== null);
  const { test, preprocess } = data;
  const { float, exact, approx } = await evaluate(model, modelBatches(model.bound, test, preprocess), {
    baselines: { float: true, exact: approximated },
    probeSamples: 0,
    threads: settings.threads,
    device: settings.device,
    kernel: settings.kernel,
    signal: hooks.signal,
    onProgress: (done) => hooks.onProgress?.({ phase: 'evaluate', done, total: test.length }),
  });
  if (float === null) throw new TypeError('the float baseline was asked for');
  return { float, exact, approx: approximated ? approx : null };
}

/** The approximate network's accuracy on images that are not trained on, in 0 … 1. */
export async function validationAccuracy(
  model: ApproximateModel,
  images: Dataset,
  { settings, data, hooks }: Measuring,
): Promise<number> {
  const evaluation = await evaluate(model, modelBatches(model.bound, images, data.preprocess), {
    baselines: { float: false, exact: false },
    probeSamples: 0,
    threads: settings.threads,
    device: settings.device,
    kernel: settings.kernel,
    signal: hooks.signal,
    onProgress: (done) => hooks.onProgress?.({ phase: 'validate', done, total: images.length }),
  });
  return evaluation.approx.top1;
}

/**
 * The accuracies of the written model: those that `approxtorch eval FILE --lut …` prints, unless the test images are
 * no split of their own, or there is no multiplier.
 */
export async function measureWritten(measuring: Measuring): Promise<VariantResults> {
  const { settings, data, multipliers, hooks } = measuring;
  const { save: model, lut, threads, device, kernel, seed } = settings;
  if (multipliers !== undefined && !data.shared) {
    const { results } = await runEval(
      {
        ...{ model, lut, threads, device, kernel, seed, overrides: {}, batch: defaults.batch },
        ...{ baselines: { float: true, exact: true }, confusion: false, perClass: false, partial: false },
      },
      { signal: hooks.signal, onProgress: hooks.onProgress },
    );
    return { float: results.float!, exact: results.exact, approx: results.approx };
  }
  const written = await loadModel(model);
  const options = { batch: defaults.batch, sizes: await imageSizes(settings, written) };
  const network = await withMultipliers(written, settings, multipliers, options);
  const tuned = readTunedModel(written.graph.metadata, model, () => undefined);
  const ranges = tuned?.approximation?.ranges ?? new Map<string, Range>();
  return measure({ ...network, ranges }, measuring);
}

/** The settings of the evaluation that a training begins with. */
function evalSettings(settings: FinetuneSettings): EvalSettings {
  return {
    ...settings,
    batch: defaults.batch,
    limit: undefined,
    baselines: { float: true, exact: true },
    confusion: false,
    perClass: false,
    partial: false,
  };
}
