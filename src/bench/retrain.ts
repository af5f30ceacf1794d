import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineOptions, engineOf } from '../engine/device.js';
import { trainingIdentity } from '../train/checkpoint_identity.js';
import { prepare } from '../train/prepare.js';
import { runFinetune } from '../train/run_finetune.js';
import type { FinetuneSettings } from '../train/settings.js';
import type { Content } from './cache.js';
import { Group } from './group.js';
import type { MeasureOptions } from './measured.js';
import { ModelContext } from './model_context.js';
import type { PassOptions, PassResult } from './pass.js';
import type { PlannedEntry } from './suite/expand.js';

/**
 * What decides how an entry's model is retrained: settings, images, and the content of all files that take part.
 * @throws UserError where it cannot be retrained
 */
export async function trainingContent(
  entry: PlannedEntry,
  context: ModelContext,
  { onWarning, ...options }: MeasureOptions,
): Promise<Content> {
  const settings = trainingSettings(entry, context, engineOf(options), 'tuned.onnx');
  return trainingIdentity(settings, await prepare(settings, (message) => onWarning?.(message)));
}

/**
 * Retrains an entry's model for its multiplier and measures what comes out.
 * @throws UserError where the model cannot be retrained; InterruptedError
 */
export async function retrain(
  entry: PlannedEntry,
  context: ModelContext,
  measuring: MeasureOptions,
  options: PassOptions,
): Promise<PassResult> {
  const folder = await mkdtemp(join(tmpdir(), 'approxtorch-bench-'));
  try {
    const save = join(folder, 'tuned.onnx');
    const { signal, onWarning, onProgress } = measuring;
    await runFinetune(trainingSettings(entry, context, engineOf(measuring), save), {
      signal,
      onWarning,
      onProgress: ({ done, total }) => onProgress?.(entry, 'retraining', done, total),
    });
    return await measureTuned(entry, context, save, measuring, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function trainingSettings(
  { id, model, multiplier, quantization, assignment, finetune, seed }: PlannedEntry,
  { data }: ModelContext,
  engine: EngineOptions,
  save: string,
): FinetuneSettings {
  if (finetune === null) throw new Error(`${id} is not to be retrained`);
  const { qmethod, activationBits, weightBits, fullRange, padding } = quantization;
  const { skipFirst, skipLast, convOnly, layers } = assignment;
  return {
    ...finetune,
    ...{ qmethod, activationBits, weightBits, fullRange, padding },
    ...{ skipFirst, skipLast, convOnly, layers },
    model: model.file,
    lut: multiplier.file,
    lutType: multiplier.read.type ?? 'auto',
    lutOrder: multiplier.read.order,
    data: data.spec,
    preprocess: model.preprocess,
    overrides: model.overrides,
    ...{ seed, save, ...engine },
    resume: false,
  };
}

/** The retrained model on the images of the given one, with the ranges that it brings along. */
async function measureTuned(
  { model, multiplier, quantization, assignment }: PlannedEntry,
  { data, bound }: ModelContext,
  file: string,
  { tables, ...measuring }: MeasureOptions,
  options: PassOptions,
): Promise<PassResult> {
  const engine = engineOf(measuring);
  const context = await ModelContext.open(
    { ...model, file, data: data.spec, batch: bound.batch },
    quantization.qmethod,
    measuring,
  );
  const own = { ...quantization, ownRanges: true };
  const main = await tables.load(multiplier.file, multiplier.read);
  const named = await tables.ofLayers(assignment, multiplier.read);
  const group = await Group.open(
    { context, quantization: own, assignment, tables: named, operands: main, engine },
    measuring,
  );
  const pass = await group.approximatePass(main, options);
  await group.release();
  return pass;
}
