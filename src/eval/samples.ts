import { type BatchOptions, batches } from '../data/batches.js';
import type { Dataset, Preprocess, Split } from '../data/dataset.js';
import type { InputSize } from '../data/model_input.js';
import { openDataset } from '../data/open.js';
import { loadPreprocess } from '../data/preprocess.js';
import { UserError } from '../util/errors.js';
import { Random } from '../util/random.js';
import type { LabelledBatch } from './evaluate.js';
import type { BoundModel, Model } from './model.js';

/** Where a preprocessing came from, for the report. */
export interface NamedPreprocess {
  readonly name: string;
  readonly preprocess: Preprocess;
}

/** The dataset under evaluation. */
export interface EvaluatedData {
  readonly spec: string;
  readonly dataset: Dataset;
  readonly preprocess: NamedPreprocess;
}

/** Which preprocessing the user asked for. */
export interface PreprocessChoice {
  /** A preset or a file. */
  readonly preprocess?: string;
  /** Single values that replace those of the preset. */
  readonly overrides: Partial<Preprocess>;
}

/**
 * Preprocessing, in this order: what the user names, what the model's metadata say, what suits the dataset,
 * else x / 255. Single overrides and the model's own layout come last.
 */
export async function choosePreprocess(
  choice: PreprocessChoice,
  model: Model,
  dataset: Dataset,
  inputShape: readonly number[],
): Promise<NamedPreprocess> {
  const { name, preprocess } = await basePreprocess(choice, model, dataset);
  const layout = choice.overrides.layout ?? layoutOf(inputShape, preprocess);
  const overridden = Object.keys(choice.overrides);
  return {
    name: overridden.length > 0 ? `${name}, with ${overridden.join(', ')} given` : name,
    preprocess: { ...preprocess, ...choice.overrides, layout },
  };
}

async function basePreprocess(
  choice: PreprocessChoice,
  model: Model,
  dataset: Dataset,
): Promise<NamedPreprocess> {
  if (choice.preprocess !== undefined) {
    return { name: choice.preprocess, preprocess: await loadPreprocess(choice.preprocess) };
  }
  if (model.preprocess !== undefined) return { name: "the model's metadata", preprocess: model.preprocess };
  if (dataset.preset !== undefined) {
    return { name: dataset.preset, preprocess: await loadPreprocess(dataset.preset) };
  }
  return { name: 'x / 255', preprocess: { scale: 1 / 255, mean: [0], std: [1], layout: 'nchw' } };
}

/** Channels last where only that reading makes the input an image. */
function layoutOf(shape: readonly number[], { layout }: Preprocess): Preprocess['layout'] {
  const isChannels = (size: number) => size === 1 || size === 3;
  if (shape.length !== 4 || isChannels(shape[1]) === isChannels(shape[3])) return layout;
  return isChannels(shape[3]) ? 'nhwc' : 'nchw';
}

/**
 * Sizes for the dynamic height and width of a model's input, by their axes: those that the preprocessing crops
 * or resizes to, where it is named before the data are opened. Empty where nothing is dynamic or known.
 */
export async function imageSizes(
  choice: PreprocessChoice,
  { graph, preprocess: own }: Model,
): Promise<Readonly<Record<number, number>>> {
  const shape = graph.inputs[0]?.shape ?? [];
  if (shape.length !== 4 || shape.slice(1).every((size) => typeof size === 'number')) return {};
  const named = choice.preprocess === undefined ? own : await loadPreprocess(choice.preprocess);
  const { crop, resize, layout = 'nchw' } = { ...named, ...choice.overrides };
  const size = typeof crop === 'number' ? ([crop, crop] as const) : (crop ?? resize);
  if (size === undefined || typeof size === 'number') return {};
  const axis = layout === 'nchw' ? 2 : 1;
  return { [axis]: size[0], [axis + 1]: size[1] };
}

/** A dataset's samples as the model takes them, in batches of its size. */
export function modelBatches(
  bound: BoundModel,
  dataset: Dataset,
  { preprocess }: NamedPreprocess,
  limit?: number,
): AsyncIterable<LabelledBatch> {
  const { shape } = bound.input;
  if (shape.length !== 4) {
    throw new UserError(
      `${bound.model.file}: its input '${bound.input.name}' is [${shape.join(', ')}], expected a batch of images (4 dimensions); leave --data out to compare on random inputs`,
    );
  }
  const [channels, height, width] =
    preprocess.layout === 'nchw' ? shape.slice(1) : [shape[3], shape[1], shape[2]];
  const target = { channels, height, width };
  const options: BatchOptions = { batch: bound.batch, limit, target };
  const fitted = dataset.kind === 'folder' ? fitImages(preprocess, target) : preprocess;
  return batches(dataset, fitted, options);
}

/**
 * Image files come in any size, decoded to RGB: without other instructions they are brought to the size of the
 * model's input, and to grey where it has one channel.
 */
function fitImages(preprocess: Preprocess, { channels, height, width }: Required<InputSize>): Preprocess {
  const grey: Partial<Preprocess> =
    preprocess.channels === undefined && channels === 1 ? { channels: 1 } : {};
  const sized = preprocess.resize !== undefined || preprocess.crop !== undefined;
  return { ...preprocess, ...grey, ...(sized ? {} : { resize: [height, width] }) };
}

/** The split to calibrate on: train where there is one, else the evaluated one. */
export async function openCalibrationData(
  spec: string,
  evaluated: Dataset,
): Promise<{ dataset: Dataset; split: Split; shared: boolean }> {
  const split: Split = evaluated.splits.includes('train') ? 'train' : evaluated.split;
  const shared = split === evaluated.split;
  return { dataset: shared ? evaluated : await openDataset(spec, { split }), split, shared };
}

/** Standard normal inputs by seed, without labels (all 0). */
export async function* randomBatches(
  bound: BoundModel,
  samples: number,
  seed: number,
): AsyncGenerator<LabelledBatch> {
  const random = new Random(seed);
  const size = bound.input.shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  for (let first = 0; first < samples; first += bound.batch) {
    const count = Math.min(bound.batch, samples - first);
    const input = Float32Array.from({ length: count * size }, () => random.normal());
    yield { first, count, input, labels: new Int32Array(count) };
  }
}
