import { z } from 'zod';
import { choice, field, flag, integer, number, numbers, positive, text } from './fields.js';
import { file, most, sharedFields } from './schema.js';

const fraction = () => number('a number from 0 to below 1', (value) => value >= 0 && value < 1);
const share = () => number('a number above 0 and below 1', (value) => value > 0 && value < 1);

/** Settings of `approxtorch finetune`; a configuration file has the same names. */
export const finetuneSchema = z
  .strictObject({
    ...sharedFields,
    lut: text('the name of a LUT file, "exact" or "float"'),
    save: file(),
    gradient: choice('ste', 'lre', 'difference', 'table'),
    window: integer(0, 126),
    'gradient-activation': file(),
    'gradient-weight': file(),
    'label-smoothing': fraction(),
    distill: field(
      'the weight of the teacher, above 0 to 1, and perhaps ",TEMPERATURE" above 0, e.g. 0.5 or 0.5,4',
      parseDistill,
    ),
    teacher: file(),
    optimizer: choice('sgd', 'adam', 'adamw'),
    momentum: fraction(),
    nesterov: flag(),
    betas: field('two numbers from 0 to below 1, e.g. 0.9,0.999', parseBetas),
    'weight-decay': number('a number from 0', (value) => value >= 0 && Number.isFinite(Math.fround(value))),
    lr: positive(),
    schedule: choice('constant', 'step', 'cosine'),
    warmup: number('a number of epochs from 0', (value) => value >= 0 && value <= most),
    'clip-norm': field('a number above 0, or none', parseClipNorm),
    ema: share(),
    accumulate: integer(1, 65_536),
    epochs: integer(1, most),
    'val-split': fraction(),
    patience: integer(1, most),
    augment: choice('preset', 'none'),
    'train-only': field('patterns of node names, e.g. "layer4*"', parsePatterns),
    'bias-only': flag(),
    ranges: choice('track', 'frozen'),
    'range-momentum': number('a number above 0, at most 1', (value) => value > 0 && value <= 1),
    'freeze-ranges': integer(1, most),
    batchnorm: choice('fold', 'freeze', 'train'),
    init: flag(),
    checkpoint: text('the name of a folder'),
    resume: flag(),
    log: file(),
    plot: file(),
  })
  .partial();

export type GivenFinetune = z.output<typeof finetuneSchema>;

const anyNumbers = numbers('');

function parseDistill(value: unknown): { weight: number; temperature?: number } | undefined {
  const parsed = anyNumbers.safeParse(value);
  if (!parsed.success || parsed.data.length > 2) return undefined;
  const [weight, temperature] = parsed.data;
  if (weight! <= 0 || weight! > 1) return undefined;
  if (temperature === undefined) return { weight: weight! };
  return Math.fround(temperature) > 0 ? { weight: weight!, temperature } : undefined;
}

function parseBetas(value: unknown): [number, number] | undefined {
  const parsed = anyNumbers.safeParse(value);
  if (!parsed.success || parsed.data.length !== 2) return undefined;
  const [first, second] = parsed.data;
  return [first, second].every((beta) => beta! >= 0 && beta! < 1) ? [first!, second!] : undefined;
}

function parseClipNorm(value: unknown): number | undefined {
  if (value === 'none') return Number.POSITIVE_INFINITY;
  const parsed = positive().safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function parsePatterns(value: unknown): string[] | undefined {
  const patterns = Array.isArray(value) ? value : [value];
  return patterns.length > 0 && patterns.every((item) => typeof item === 'string' && item !== '')
    ? patterns
    : undefined;
}
