import { createHash } from 'node:crypto';
import { encodeModel } from '../onnx/encode.js';
import type { FinetuneReport } from '../report/finetune_results.js';
import { writeAtomically } from '../util/files.js';
import { Opened } from '../util/release.js';
import { CheckpointFolder, openCheckpoint } from './checkpoint.js';
import type { Checkpoint, Snapshot } from './checkpoint_format.js';
import { trainingIdentity } from './checkpoint_identity.js';
import { finetuneReport } from './finetune_report.js';
import { TrainingLoop, type TrainingOutcome } from './loop.js';
import { calibratedRanges, type Measuring, measure, measureWritten, validationAccuracy } from './measure.js';
import { type Prepared, prepare } from './prepare.js';
import type { FinetuneHooks, FinetuneSettings } from './settings.js';
import { Teacher } from './teacher.js';
import { TrainingLog } from './training_log.js';
import { trainingSteps } from './training_steps.js';
import { tunedMetadata } from './tuned_metadata.js';
import { tunedNetwork } from './tuned_network.js';

/** What a checkpoint holds of the time before the first step. */
type Beginning = Pick<Checkpoint, 'identity' | 'startRanges' | 'before'>;

/**
 * Everything `approxtorch finetune` does, from settings to the report; the model is written to `settings.save`.
 * @throws UserError for whatever the user can mend; InterruptedError when aborted, with a checkpoint where one is kept
 */
export async function runFinetune(
  settings: FinetuneSettings,
  hooks: FinetuneHooks = {},
): Promise<FinetuneReport> {
  const started = performance.now();
  const warnings: string[] = [];
  const warn = (message: string) => {
    warnings.push(message);
    hooks.onWarning?.(message);
  };
  const prepared = await prepare(settings, warn);
  const { data, multipliers } = prepared;
  const measuring: Measuring = { settings, data, multipliers, hooks: { ...hooks, onWarning: warn } };
  const { outcome, before } = await train(prepared, measuring);
  const sha256 = await writeModel(prepared, settings, outcome.best);
  const after = await measureWritten(measuring);
  const totalSeconds = (performance.now() - started) / 1000;
  return finetuneReport({ settings, prepared, outcome, before, after, sha256, warnings, totalSeconds });
}

/** The training itself, from its first step or from a checkpoint. */
async function train(
  prepared: Prepared,
  measuring: Measuring,
): Promise<{ outcome: TrainingOutcome; before: Beginning['before'] }> {
  const { settings, hooks, data } = measuring;
  const { start, teacher: teacherModel } = prepared;
  const folder = settings.checkpoint === undefined ? undefined : new CheckpointFolder(settings.checkpoint);
  const identity = await trainingIdentity(settings, prepared);
  const checkpoint = folder && (await openCheckpoint(folder, identity, settings));
  const startRanges = checkpoint?.startRanges ?? (await calibratedRanges(prepared.initial, measuring));
  const opened = new Opened();
  try {
    const { release: _, ...steps } = await opened.keep(trainingSteps(settings, prepared, startRanges));
    const teacher =
      teacherModel && (await opened.keep(Teacher.open(teacherModel, start.model.bound, settings)));
    const before = checkpoint?.before ?? (await measureGiven(prepared, measuring, startRanges));
    const beginning: Beginning = { identity, startRanges, before };
    const { validation } = data;
    const loop = new TrainingLoop(
      {
        ...steps,
        settings,
        hooks,
        teacher: teacher && ((images) => teacher.logits(images)),
        validate:
          validation &&
          (async (model) =>
            validationAccuracy(await asWritten(prepared, settings, model), validation, measuring)),
        save: folder && ((progress) => folder.save({ ...beginning, ...progress })),
        log:
          settings.log === undefined
            ? undefined
            : await TrainingLog.open(settings.log, checkpoint && logged(checkpoint)),
      },
      checkpoint,
    );
    return { outcome: await loop.run(), before };
  } finally {
    await opened.release();
  }
}

const logged = ({ position, curve }: Checkpoint) => ({ step: position.step, epochs: curve.length });

/** The accuracies of the given file: its ranges are the training's, unless that begins with other weights. */
async function measureGiven(
  { given, initial }: Prepared,
  measuring: Measuring,
  startRanges: Checkpoint['startRanges'],
): Promise<Beginning['before']> {
  const ranges = initial === given ? startRanges : await calibratedRanges(given, measuring);
  return measure({ ...given, ranges }, measuring);
}

function asWritten(
  { given, start, multipliers }: Prepared,
  settings: FinetuneSettings,
  model: Pick<Snapshot, 'constants' | 'ranges'>,
) {
  const { sizes } = given.bound;
  return tunedNetwork(model, start.writeBack, { file: settings.model, sizes }, settings, multipliers);
}

/** @returns the SHA-256 of the file */
async function writeModel(
  { start, multipliers, data }: Prepared,
  settings: FinetuneSettings,
  { constants, ranges }: Snapshot,
): Promise<string> {
  const { spec, test, shared, preprocess } = data;
  const metadata = tunedMetadata(settings, {
    multipliers,
    ranges,
    preprocess: preprocess.preprocess,
    dataset: { spec, name: test.name, split: test.split, shared },
  });
  const bytes = encodeModel(start.writeBack.write(constants, metadata));
  await writeAtomically(settings.save, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}
