import { trainDefaults } from '../train/defaults.js';
import { UserError } from '../util/errors.js';
import type { GivenFinetune } from './finetune_schema.js';

/** Settings that have a meaning only where something holds of the others. */
interface Rule {
  readonly settings: readonly (keyof GivenFinetune)[];
  readonly holds: (given: GivenFinetune) => boolean;
  readonly reason: string;
}

const optimizerOf = ({ optimizer }: GivenFinetune) => optimizer ?? trainDefaults.optimizer;
const isDynamic = ({ qmethod }: GivenFinetune) => qmethod?.mode === 'dynamic';

const rules: readonly Rule[] = [
  {
    settings: [
      ...(['lut-type', 'lut-order', 'layer', 'skip-first', 'skip-last', 'conv-only'] as const),
      ...(['qmethod', 'weight-bits', 'activation-bits', 'full-range', 'padding'] as const),
      ...(['calibrator', 'calibrate', 'calibration'] as const),
      ...(['ranges', 'range-momentum', 'freeze-ranges'] as const),
      ...(['gradient', 'window', 'gradient-activation', 'gradient-weight'] as const),
    ],
    holds: ({ lut }) => lut !== 'float',
    reason: 'needs a multiplier; --lut float trains without one',
  },
  {
    settings: ['window'],
    holds: ({ gradient }) => gradient === 'difference',
    reason: 'goes with --gradient difference',
  },
  {
    settings: ['gradient-activation', 'gradient-weight'],
    holds: ({ gradient }) => gradient === 'table',
    reason: 'goes with --gradient table',
  },
  {
    settings: ['gradient'],
    holds: (given) =>
      given.gradient !== 'table' ||
      (given['gradient-activation'] !== undefined && given['gradient-weight'] !== undefined),
    reason: 'table needs both --gradient-activation FILE and --gradient-weight FILE',
  },
  {
    settings: ['teacher'],
    holds: ({ distill }) => distill !== undefined,
    reason: 'goes with --distill WEIGHT',
  },
  {
    settings: ['momentum', 'nesterov'],
    holds: (given) => optimizerOf(given) === 'sgd',
    reason: 'goes with --optimizer sgd; adam and adamw take --betas',
  },
  {
    settings: ['nesterov'],
    holds: ({ momentum }) => (momentum ?? trainDefaults.momentum) > 0,
    reason: 'needs a --momentum above 0',
  },
  {
    settings: ['betas'],
    holds: (given) => optimizerOf(given) !== 'sgd',
    reason: 'goes with --optimizer adam or adamw; sgd takes --momentum',
  },
  {
    settings: ['warmup'],
    holds: ({ warmup = 0, epochs = trainDefaults.epochs }) => warmup <= epochs,
    reason: 'is longer than the training; raise --epochs or lower it',
  },
  {
    settings: ['patience'],
    holds: (given) => (given['val-split'] ?? trainDefaults.valSplit) > 0,
    reason: 'watches the validation accuracy; add --val-split, e.g. 0.1',
  },
  {
    settings: ['range-momentum', 'freeze-ranges'],
    holds: ({ ranges }) => ranges !== 'frozen',
    reason: 'goes with --ranges track; frozen ranges do not move',
  },
  {
    settings: ['ranges', 'range-momentum', 'freeze-ranges', 'calibration'],
    holds: (given) => !isDynamic(given),
    reason: 'needs --qmethod static,…; dynamic takes its ranges from the values at hand',
  },
  {
    settings: ['batchnorm'],
    holds: ({ init, batchnorm }) => !init || batchnorm === 'train',
    reason: 'with --init only train will do: random weights have no statistics yet',
  },
  {
    settings: ['resume'],
    holds: ({ checkpoint }) => checkpoint !== undefined,
    reason: 'needs --checkpoint DIR, to continue from',
  },
];

/** @throws UserError for the first setting that the others leave without a meaning. */
export function checkContradictions(given: GivenFinetune): void {
  for (const { settings, holds, reason } of rules) {
    const name = settings.find((setting) => given[setting] !== undefined && given[setting] !== false);
    if (name !== undefined && !holds(given)) throw new UserError(`--${name}: ${reason}`);
  }
}
