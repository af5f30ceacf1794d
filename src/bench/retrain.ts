import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFinetune } from '../train/run_finetune.js';
import { Group } from './group.js';
import type { MeasureOptions } from './measure.js';
import { ModelContext } from './model_context.js';
import type { PassOptions, PassResult } from './pass.js';
import type { PlannedEntry } from './suite/expand.js';

/**
 * Retrains an entry's model for its multiplier and measures what comes out.
 * @throws UserError where the model cannot be retrained; InterruptedError
 */
export async function retrain(
  entry: PlannedEntry,
  context: ModelContext,
  { threads, tables, ...hooks }: MeasureOptions,
  options: PassOptions,
): Promise<PassResult> {
  const { model, multiplier, quantization, assignment, finetune } = entry;
  if (finetune === null) throw new Error(`${entry.id} is not to be retrained`);
  const folder = await mkdtemp(join(tmpdir(), 'approxtorch-bench-'));
  try {
    const save = join(folder, 'tuned.onnx');
    const { signal, onWarning } = hooks;
    const { qmethod, activationBits, weightBits, fullRange, padding } = quantization;
    const { skipFirst, skipLast, convOnly, layers } = assignment;
    await runFinetune(
      {
        ...finetune,
        ...{ qmethod, activationBits, weightBits, fullRange, padding },
        ...{ skipFirst, skipLast, convOnly, layers },
        model: model.file,
        lut: multiplier.file,
        lutType: multiplier.read.type ?? 'auto',
        lutOrder: multiplier.read.order,
        data: context.data.spec,
        preprocess: model.preprocess,
        overrides: model.overrides,
        seed: entry.seed,
        threads,
        device: 'cpu',
        save,
        resume: false,
      },
      {
        signal,
        onWarning,
        onProgress: ({ done, total }) => hooks.onProgress?.(entry, 'retraining', done, total),
      },
    );
    return await measureTuned(entry, context, save, { threads, tables, ...hooks }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The retrained model on the images of the given one, with the ranges that it brings along. */
async function measureTuned(
  { model, multiplier, quantization, assignment }: PlannedEntry,
  { data }: ModelContext,
  file: string,
  { threads, tables, ...hooks }: MeasureOptions,
  options: PassOptions,
): Promise<PassResult> {
  const context = await ModelContext.open({ ...model, file, data: data.spec }, hooks);
  const main = await tables.load(multiplier.file, multiplier.read);
  const named = await tables.ofLayers(assignment, multiplier.read);
  const group = await Group.open(
    { context, quantization, assignment, tables: named, operands: main, threads },
    hooks,
  );
  const pass = await group.approximatePass(main, options);
  await group.release();
  return pass;
}
