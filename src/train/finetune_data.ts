import { createHash, type Hash } from 'node:crypto';
import type { Augment, Dataset } from '../data/dataset.js';
import { datasetSplits, openDataset } from '../data/open.js';
import { loadPreprocess } from '../data/preprocess.js';
import { inMemory, selection } from '../data/selection.js';
import type { BoundModel } from '../eval/model.js';
import { checkClasses, openData } from '../eval/run_eval.js';
import type { NamedPreprocess } from '../eval/samples.js';
import { UserError } from '../util/errors.js';
import { holdOut } from './order.js';
import type { FinetuneSettings } from './settings.js';

/** Held out of a dataset that has no other images to measure on. */
const TEST_SHARE = 0.1;

/** Image files that are looked at to tell a folder from another. */
const SPOT_CHECKS = 16;

/** The images of a training. */
export interface FinetuneData {
  /** As given, or as the model names it. */
  readonly spec: string;
  readonly preprocess: NamedPreprocess;
  readonly augment: Augment | undefined;
  /** The first `limit` images of the training split, and the indices of those that are trained on. */
  readonly images: Dataset;
  readonly training: Int32Array;
  /** Held out to choose the best epoch by; undefined: the last epoch counts. */
  readonly validation: Dataset | undefined;
  /** What accuracies before and after are measured on, and whether training images come from the same split. */
  readonly test: Dataset;
  readonly shared: boolean;
  /** Hash of the images: of all, or of some where they are files. */
  readonly sha256: string;
}

/** @throws UserError where there is no dataset, it does not fit the model, or it has too few images */
export async function openFinetuneData(
  settings: FinetuneSettings,
  bound: BoundModel,
  warn: (message: string) => void,
): Promise<FinetuneData> {
  const spec = settings.data ?? bound.model.dataset;
  if (spec === undefined) {
    throw new UserError(`no images to train on: ${bound.model.file} names no dataset; give --data`);
  }
  const splits = await datasetSplits(spec);
  const shared = splits.length === 1;
  const opened = await openData({ ...settings, data: spec, split: shared ? splits[0] : 'test' }, bound);
  const { dataset: test, preprocess } = opened!;
  const stored = shared ? test : await openDataset(spec, { split: 'train' });
  checkClasses(stored, spec, bound);
  const images = await held(stored, preprocess, settings.limit);
  const share = shared && settings.valSplit === 0 ? TEST_SHARE : settings.valSplit;
  const { training, heldOut } = holdOut(images.length, share, settings.seed);
  if (training.length === 0 || (share > 0 && heldOut.length === 0)) {
    throw new UserError(
      `${spec}: has ${images.length} training image${images.length === 1 ? '' : 's'}, too few to train on and to hold some out`,
    );
  }
  const aside = heldOut.length === 0 ? undefined : selection(images, heldOut);
  if (shared) {
    warn(
      `${spec} has no other split than '${splits[0]}': ${heldOut.length} of its ${images.length} images are held out, and accuracies are measured on those`,
    );
  }
  return {
    spec,
    preprocess,
    augment: await augmentation(settings, stored, preprocess),
    images,
    training,
    validation: settings.valSplit > 0 ? aside : undefined,
    test: shared ? aside! : test,
    shared,
    sha256: await hashOf(images, training.length + heldOut.length),
  };
}

/** Image files are decoded when they are needed, everything else is kept in memory. */
async function held(dataset: Dataset, { preprocess }: NamedPreprocess, limit?: number): Promise<Dataset> {
  const length = Math.min(dataset.length, limit ?? dataset.length);
  return dataset.kind === 'folder' ? { ...dataset, length } : inMemory(dataset, preprocess, length);
}

/** That of the preprocessing; where the model's metadata name one, which is without, that of the dataset's preset. */
async function augmentation(
  settings: FinetuneSettings,
  { preset }: Dataset,
  { preprocess }: NamedPreprocess,
): Promise<Augment | undefined> {
  if (settings.augment === 'none') return undefined;
  if (preprocess.augment !== undefined || settings.preprocess !== undefined || preset === undefined)
    return preprocess.augment;
  return (await loadPreprocess(preset)).augment;
}

async function hashOf(images: Dataset, length: number): Promise<string> {
  const hash = createHash('sha256').update(`${images.kind} ${length} ${images.classes}`);
  if (images.kind !== 'folder') return (await addSamples(hash, images, 0, length)).digest('hex');
  for (let i = 0; i < SPOT_CHECKS; i++) {
    await addSamples(hash, images, Math.floor((i * length) / SPOT_CHECKS), 1);
  }
  return hash.digest('hex');
}

async function addSamples(hash: Hash, images: Dataset, first: number, count: number): Promise<Hash> {
  const { pixels, labels } = await images.read(first, count);
  for (const { buffer, byteOffset, byteLength } of [pixels, labels]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash;
}
