import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { defaults } from '../eval/defaults.js';
import { trainDefaults } from '../train/defaults.js';
import type { FinetuneSettings } from '../train/settings.js';
import { UserError } from '../util/errors.js';
import { checkContradictions } from './contradictions.js';
import type { EngineSetting } from './eval_settings.js';
import type { GivenFinetune } from './finetune_schema.js';
import { overridesOf } from './overrides.js';

/**
 * Completes merged settings with the defaults.
 * @throws UserError where model or LUT is missing, or settings contradict each other.
 */
export function toFinetuneSettings(given: GivenFinetune): Omit<FinetuneSettings, EngineSetting> {
  if (given.model === undefined) {
    throw new UserError('no model given; expected e.g. approxtorch finetune model.onnx --lut mult.txt');
  }
  if (given.lut === undefined) {
    throw new UserError('no multiplier given; add --lut FILE, or --lut float for ordinary training');
  }
  checkContradictions(given);
  const init = given.init ?? false;
  return {
    model: given.model,
    lut: given.lut,
    lutType: given['lut-type'] ?? defaults.lutType,
    lutOrder: given['lut-order'],
    layers: given.layer ?? [],
    skipFirst: given['skip-first'] ?? false,
    skipLast: given['skip-last'] ?? false,
    convOnly: given['conv-only'] ?? false,
    qmethod: given.qmethod ?? defaults.qmethod,
    weightBits: given['weight-bits'] ?? defaults.bits,
    activationBits: given['activation-bits'] ?? defaults.bits,
    fullRange: given['full-range'] ?? false,
    padding: given.padding ?? defaults.padding,
    calibrator: given.calibrator ?? defaults.calibrator,
    calibrate: given.calibrate ?? defaults.calibrate,
    calibration: given.calibration,
    data: given.data,
    batch: given.batch ?? trainDefaults.batch,
    accumulate: given.accumulate ?? trainDefaults.accumulate,
    preprocess: given.preprocess,
    overrides: overridesOf(given),
    threads: given.threads ?? availableParallelism(),
    seed: given.seed ?? defaults.seed,
    save: given.save ?? besideModel(given.model),
    gradient: gradientOf(given),
    loss: lossOf(given),
    optimizer: optimizerOf(given),
    schedule: {
      kind: given.schedule ?? trainDefaults.schedule,
      learningRate: given.lr ?? trainDefaults.learningRate[given.optimizer ?? trainDefaults.optimizer],
      warmup: given.warmup ?? trainDefaults.warmup,
    },
    ema: given.ema,
    epochs: given.epochs ?? trainDefaults.epochs,
    valSplit: given['val-split'] ?? trainDefaults.valSplit,
    patience: given.patience,
    limit: given.limit,
    augment: given.augment ?? trainDefaults.augment,
    trainOnly: given['train-only'] ?? [],
    biasOnly: given['bias-only'] ?? false,
    ranges: given.ranges ?? trainDefaults.ranges,
    rangeMomentum: given['range-momentum'] ?? trainDefaults.rangeMomentum,
    freezeRanges: given['freeze-ranges'],
    batchNorm: given.batchnorm ?? (init ? 'train' : trainDefaults.batchNorm),
    init,
    checkpoint: given.checkpoint,
    resume: given.resume ?? false,
    log: given.log,
    plot: given.plot,
  };
}

function besideModel(model: string): string {
  return join(dirname(model), `${basename(model, extname(model))}.finetuned.onnx`);
}

function gradientOf(given: GivenFinetune): FinetuneSettings['gradient'] {
  const estimator = given.gradient ?? trainDefaults.gradient;
  return {
    estimator,
    window: estimator === 'difference' ? (given.window ?? trainDefaults.window) : undefined,
    activationTable: given['gradient-activation'],
    weightTable: given['gradient-weight'],
  };
}

function lossOf({ distill, teacher, ...given }: GivenFinetune): FinetuneSettings['loss'] {
  return {
    labelSmoothing: given['label-smoothing'] ?? trainDefaults.labelSmoothing,
    distill: distill && {
      weight: distill.weight,
      temperature: distill.temperature ?? trainDefaults.temperature,
    },
    teacher,
  };
}

function optimizerOf(given: GivenFinetune): FinetuneSettings['optimizer'] {
  return {
    kind: given.optimizer ?? trainDefaults.optimizer,
    momentum: given.momentum ?? trainDefaults.momentum,
    nesterov: given.nesterov ?? false,
    betas: given.betas ?? trainDefaults.betas,
    weightDecay: given['weight-decay'] ?? trainDefaults.weightDecay,
    clipNorm: given['clip-norm'] ?? trainDefaults.clipNorm,
  };
}
