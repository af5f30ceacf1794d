import { z } from 'zod';
import { OPERAND_PAIRS } from '../../multiplier/operand_pair.js';
import { finetuneSchema } from '../finetune_schema.js';
import { choice, flag, real, text, whole } from './values.js';

const most = 2 ** 31 - 1;
const name = () => text('a name for reports; without one the file says it');

const numbers = (what: string) =>
  z.array(z.number({ error: `expected ${what}` }), { error: `expected ${what}` }).describe(what);
const side = () => whole(1, 65_536, 'pixels');
const imageSize = (what: string) =>
  z
    .union([side(), z.tuple([side(), side()])], { error: 'expected pixels, or [height, width]' })
    .describe(what);

const dataSettings = {
  data: text('a dataset: folder, file or synthetic-digits'),
  split: choice(['train', 'test'], 'split to evaluate'),
  limit: whole(1, most, 'only the first so many samples'),
  batch: z
    .union([whole(1, 65_536, 'samples at a time'), z.literal('auto')], {
      error: 'expected a whole number from 1 to 65536, or auto',
    })
    .describe('samples at a time; auto: as many as suit the device'),
  preprocess: text('a preset or a file'),
  scale: z.number({ error: 'expected a number' }).describe('factor of the stored values'),
  mean: numbers('a list of numbers, one per channel'),
  std: numbers('a list of numbers, one per channel'),
  layout: choice(['nchw', 'nhwc'], 'order of the input'),
  resize: imageSize('short side in pixels, or [height, width]'),
  crop: imageSize('side of the centre in pixels, or [height, width]'),
};

const model = z.union(
  [
    text('an ONNX file'),
    z.strictObject({
      file: text('an ONNX file'),
      name: name().optional(),
      ...z.strictObject(dataSettings).partial().shape,
    }),
  ],
  { error: 'expected an ONNX file, or settings with file:' },
);

const multiplier = z.union(
  [
    text('a table file, a glob of them, or exact'),
    z.strictObject({
      file: text('a table file, a glob of them, or exact'),
      name: name().optional(),
      types: choice(['auto', ...OPERAND_PAIRS], 'operands, activation x weight').optional(),
      order: choice(['aw', 'wa'], 'what a row is: an activation, or a weight').optional(),
      power: real(0, 1e6, 'power of the circuit in mW').optional(),
    }),
  ],
  { error: 'expected a table file, or settings with file:' },
);

/** Every valid combination, so that editors offer them. */
export const QMETHODS = [
  'static,tensor,channel',
  'static,tensor,tensor',
  'dynamic,tensor,channel',
  'dynamic,tensor,tensor',
  'dynamic,sample,channel',
  'dynamic,sample,tensor',
] as const;

const quantization = z.union(
  [
    choice(QMETHODS, 'mode, granularity of activations and of weights'),
    z
      .strictObject({
        name: name(),
        qmethod: choice(QMETHODS, 'mode, granularity of activations and of weights'),
        'activation-bits': whole(2, 8, 'width of activation codes'),
        'weight-bits': whole(2, 8, 'width of weight codes'),
        'full-range': flag('int8 codes reach -128'),
        padding: choice(['lookup', 'skip'], 'whether padded taps are multiplied'),
        calibrator: choice(['minmax', 'percentile', 'mse', 'entropy'], 'how ranges are found'),
        calibrate: whole(1, most, 'samples to calibrate on'),
      })
      .partial(),
  ],
  { error: `expected ${QMETHODS.join(' or ')}, or settings with qmethod:` },
);

const assignment = z.union(
  [
    choice(['all'], 'every layer computes with the multiplier'),
    z.strictObject({
      name: text('a name for reports'),
      'skip-first': flag('leave the first layer in float').optional(),
      'skip-last': flag('leave the last layer in float').optional(),
      'conv-only': flag('leave dense layers in float').optional(),
      layer: z
        .record(z.string(), text('a table file, exact or float'))
        .describe('by patterns of node names: another table, exact, or float; later ones win')
        .optional(),
    }),
  ],
  { error: 'expected all, or settings with name:' },
);

const gates = z
  .strictObject({
    minTop1: real(0, 100, 'least top-1 accuracy in percent'),
    maxDrop: z
      .strictObject({
        exact: real(-100, 100, 'largest drop against exact integers, in points'),
        float: real(-100, 100, 'largest drop against float32, in points'),
        baseline: real(-100, 100, 'largest drop against the baseline, in points'),
      })
      .partial()
      .describe('largest drops of top-1 in percentage points'),
    maxRegression: real(
      0,
      100,
      'how many points more than in the baseline the multiplier may cost against exact',
    ),
  })
  .partial()
  .describe('limits that fail the run');

const pattern = z
  .strictObject({
    model: text('pattern of model names'),
    multiplier: text('pattern of multiplier names'),
    quantization: text('pattern of quantization names'),
    assignment: text('pattern of assignment names'),
    seed: whole(0, Number.MAX_SAFE_INTEGER, 'a seed'),
  })
  .partial();

/** What an entry says itself is no setting of its retraining. */
const finetune = finetuneSchema
  .omit({
    model: true,
    lut: true,
    'lut-type': true,
    'lut-order': true,
    layer: true,
    'skip-first': true,
    'skip-last': true,
    'conv-only': true,
    qmethod: true,
    'weight-bits': true,
    'activation-bits': true,
    'full-range': true,
    padding: true,
    data: true,
    preprocess: true,
    scale: true,
    mean: true,
    std: true,
    layout: true,
    resize: true,
    crop: true,
    seed: true,
    threads: true,
    device: true,
    kernel: true,
    save: true,
    checkpoint: true,
    resume: true,
    log: true,
    plot: true,
    format: true,
    output: true,
  })
  .describe('retrain every entry; the settings of finetune');

/** Texts go to Slurm as they are; it says what is wrong with them. */
const slurm = z
  .strictObject({
    partition: text('the partition of the jobs'),
    account: text('the account that is charged'),
    gres: text('generic resources of each task, e.g. gpu:1'),
    time: z
      .union([whole(1, most, 'minutes'), text('minutes, or [days-]hours:minutes:seconds')], {
        error: 'expected minutes, or [days-]hours:minutes:seconds',
      })
      .describe('limit of each task: minutes, or [days-]hours:minutes:seconds'),
    'array-limit': whole(1, most, 'tasks at the same time'),
    tasks: whole(1, 1024, 'tasks that the suite is split into'),
    cpus: whole(1, 1024, 'processors, and threads, of each task'),
  })
  .partial()
  .describe('how bench --executor slurm submits the suite; flags come first');

const list = <T extends z.ZodType>(item: T, what: string) =>
  z
    .array(item, { error: `expected a list of ${what}` })
    .min(1, { error: `expected at least one of ${what}` });

/** A suite file, as it is written; see docs/bench.md. */
export const suiteSchema = z.strictObject({
  models: list(model, 'models'),
  multipliers: list(multiplier, 'multipliers'),
  ...z
    .strictObject({
      $schema: z.string(),
      name: text('a name for reports'),
      quantizations: list(quantization, 'quantizations'),
      assignments: list(assignment, 'assignments'),
      seeds: list(whole(0, Number.MAX_SAFE_INTEGER, 'of retraining and random numbers'), 'seeds'),
      ...dataSettings,
      baselines: z
        .array(choice(['float', 'exact'], 'variants to compare with'), {
          error: 'expected a list of float and exact',
        })
        .describe('variants to compare with; default both'),
      gates,
      finetune,
      slurm,
      sensitivity: flag('evaluate each layer alone approximate, too'),
      include: list(pattern, 'patterns').describe('only entries that match one of these'),
      exclude: list(pattern, 'patterns').describe('no entries that match one of these'),
      entries: list(
        z.strictObject({
          match: pattern,
          gates: gates.optional(),
          finetune: z.union([finetune, z.literal(false)]).optional(),
          sensitivity: flag('evaluate each layer alone approximate, too').optional(),
        }),
        'rules',
      ).describe('what holds for some entries only; later rules come first'),
    })
    .partial().shape,
});

export type GivenSuite = z.output<typeof suiteSchema>;

/** Settings of a cluster, under the names of the flags less `--slurm-`. */
export type GivenSlurm = z.output<typeof slurm>;
