import { z } from 'zod';
import type { BenchReport } from '../report/bench/results.js';

/** Fields that this version does not know are left out: a later one may have added them. */
const count = z.int().nonnegative();
const text = z.string();
const sha256 = text.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const finite = z.number();

/** A number that need not be finite, as `renderJson` writes it. */
const figure = z
  .union([finite, z.literal('inf'), z.literal('-inf'), z.null()], {
    error: 'expected a number, "inf", "-inf" or null',
  })
  .transform((value) => {
    if (value === null) return Number.NaN;
    return value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value;
  });

/** In dB; no noise stays the text 'inf'. */
const decibels = z
  .union([finite, z.literal('inf'), z.literal('-inf'), z.null()], {
    error: 'expected a number, "inf", "-inf" or null',
  })
  .transform((value) => (value === '-inf' ? -Infinity : value));

// Intervals are computed, and may end a rounding error outside.
const slack = 1e-9;
const fraction = finite.min(-slack).max(1 + slack);

const interval = z
  .tuple([finite, finite])
  .refine(([low, high]) => low <= high, 'expected an interval, its lower end first');

const accuracy = z.object({
  correct: count,
  top1: fraction,
  top1Interval: interval,
  top5: fraction.nullable(),
  loss: figure,
  correctBits: z.base64(),
});

const model = z.object({ name: text, file: text, sha256, parameters: count, macs: count });

const metrics = z.object({
  errorRate: figure,
  mae: figure,
  nmed: figure,
  mred: figure,
  wce: figure,
  wcre: figure,
  mse: figure,
  rmse: figure,
  bias: figure,
  variance: figure,
  minError: figure,
  maxError: figure,
});

const known = z.object({
  name: text,
  library: text,
  transposed: z.boolean(),
  cost: z
    .object({
      powerMilliwatt: finite,
      areaSquareMicrometre: finite,
      delayNanosecond: finite,
      technology: text,
      relativePower: z.object({ value: finite, exact: text }).nullable(),
    })
    .nullable(),
});

const multiplier = z.object({
  name: text,
  file: text,
  sha256,
  activation: text,
  weight: text,
  bits: z.int().min(2).max(8),
  metrics,
  known: known.nullable(),
  power: z
    .object({
      milliwatt: finite,
      relative: finite.nullable(),
      source: z.enum(['suite', 'catalogue']),
    })
    .nullable(),
  errorMap: z
    .object({ size: z.int().min(1).max(256), means: z.array(finite) })
    .refine(({ size, means }) => means.length === size * size, 'expected size × size means'),
});

const dataset = z.object({
  name: text,
  spec: text,
  split: text,
  samples: count,
  classes: count,
  sha256,
});

const verdict = z.enum(['pass', 'fail', 'undecided']);

const gate = z.object({
  gate: z.enum(['minTop1', 'maxDrop.exact', 'maxDrop.float', 'maxDrop.baseline', 'maxRegression']),
  limit: finite,
  actual: finite,
  interval,
  verdict,
  imagesNeeded: figure.transform((value) => (Number.isNaN(value) ? null : value)),
});

const baseline = z.object({
  match: z.enum(['content', 'name']),
  top1: fraction,
  drop: finite.nullable(),
  change: finite,
  changeInterval: interval,
});

const sensitivity = z.object({
  layer: text,
  macs: count,
  top1: fraction,
  drop: finite,
  dropInterval: interval,
});

const layer = z.object({
  layer: text,
  op: text,
  macs: count,
  multiplier: text.nullable(),
  sqnr: decibels,
  sqnrFloat: decibels,
});

const entry = z.object({
  id: text,
  key: sha256.nullable(),
  model: text,
  multiplier: text,
  dataset: text,
  quantization: text,
  assignment: text,
  seed: finite,
  status: z.enum(['done', 'failed']),
  error: text.nullable(),
  cached: z.boolean(),
  samples: count,
  float: accuracy.nullable(),
  exact: accuracy.nullable(),
  approx: accuracy.nullable(),
  tuned: accuracy.nullable(),
  drop: z.object({
    exact: finite.nullable(),
    exactInterval: interval.nullable(),
    float: finite.nullable(),
    floatInterval: interval.nullable(),
  }),
  p: finite.nullable(),
  relativePower: finite.nullable(),
  layers: z.array(layer),
  sensitivity: z.array(sensitivity).nullable(),
  baseline: baseline.nullable(),
  gates: z.array(gate),
  verdict: verdict.nullable(),
  seconds: finite.nonnegative(),
});

/** The structure of a stored report; what its parts say of each other is not checked here. */
export const benchReportSchema: z.ZodType<BenchReport> = z.object({
  schemaVersion: z.literal(1),
  command: z.literal('bench'),
  version: text,
  suite: z.object({ name: text, file: text.nullable(), sha256, entries: count }),
  shard: z.object({ index: count, count }).nullable(),
  complete: z.boolean(),
  environment: z.object({
    node: text,
    platform: text,
    cpu: text,
    isa: text,
    threads: count,
    device: z.enum(['cpu', 'cuda']),
    // Reports of older versions lack it.
    gpus: z.array(text).default([]),
  }),
  models: z.array(model),
  multipliers: z.array(multiplier),
  datasets: z.array(dataset),
  entries: z.array(entry),
  baseline: z.object({ file: text, stale: z.array(text), added: z.array(text) }).nullable(),
  summary: z.object({
    done: count,
    failed: count,
    cached: count,
    pass: count,
    fail: count,
    undecided: count,
    seconds: finite.nonnegative(),
  }),
  warnings: z.array(text),
});
