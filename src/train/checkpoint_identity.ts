import { createHash } from 'node:crypto';
import { formatQMethod } from '../quant/qmethod.js';
import { readInput } from '../util/files.js';
import type { Prepared } from './prepare.js';
import type { FinetuneSettings } from './settings.js';

/**
 * All that decides which bytes a training gives, by names that the user knows. Left out is what may change when it is
 * resumed: threads, device, and the paths of what is read (its content counts) and written.
 */
export async function trainingIdentity(
  settings: FinetuneSettings,
  { given, start, multipliers, gradients, teacher, data }: Prepared,
): Promise<Record<string, string>> {
  const { loss, optimizer, schedule, gradient, calibration } = settings;
  const [main, ...others] = multipliers === undefined ? [] : start.model.multipliers;
  const tables = gradients.flatMap((tables) => [tables.activation, tables.weight]);
  const values: Record<string, unknown> = {
    'the model': given.bound.model.sha256,
    'the teacher': loss.teacher && teacher?.sha256,
    'the multiplier': main?.sha256,
    '--layer': settings.layers.map(({ pattern, lut }) => `${pattern}=${lut === 'float' ? lut : 'LUT'}`),
    'the multipliers of --layer': others.map(({ sha256 }) => sha256),
    'the training images': data.sha256,
    'the preprocessing': data.preprocess.preprocess,
    '--augment': data.augment,
    '--gradient': gradient.estimator,
    'the tables of gradients': tables.length > 0 ? hashOf(tables) : undefined,
    '--calibration': calibration && hashOf([await readInput(calibration)]),
    '--label-smoothing': loss.labelSmoothing,
    '--distill': loss.distill,
    '--optimizer': optimizer.kind,
    '--momentum': optimizer.momentum,
    '--nesterov': optimizer.nesterov,
    '--betas': optimizer.betas,
    '--weight-decay': optimizer.weightDecay,
    '--clip-norm': String(optimizer.clipNorm),
    '--schedule': schedule.kind,
    '--lr': schedule.learningRate,
    '--warmup': schedule.warmup,
    '--skip-first': settings.skipFirst,
    '--skip-last': settings.skipLast,
    '--conv-only': settings.convOnly,
    '--qmethod': formatQMethod(settings.qmethod),
    '--activation-bits': settings.activationBits,
    '--weight-bits': settings.weightBits,
    '--full-range': settings.fullRange,
    '--padding': settings.padding,
    '--calibrator': settings.calibrator,
    '--calibrate': settings.calibrate,
    '--batch': settings.batch,
    '--accumulate': settings.accumulate,
    '--seed': settings.seed,
    '--epochs': settings.epochs,
    '--val-split': settings.valSplit,
    '--patience': settings.patience,
    '--limit': settings.limit,
    '--train-only': settings.trainOnly,
    '--bias-only': settings.biasOnly,
    '--ranges': settings.ranges,
    '--range-momentum': settings.rangeMomentum,
    '--freeze-ranges': settings.freezeRanges,
    '--ema': settings.ema,
    '--batchnorm': settings.batchNorm,
    '--init': settings.init,
  };
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, textOf(value)]));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function hashOf(arrays: readonly (Float32Array | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
