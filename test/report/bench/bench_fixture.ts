import type { ErrorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import type {
  BaselineComparison,
  BenchAccuracy,
  BenchDataset,
  BenchEntry,
  BenchModel,
  BenchMultiplier,
  BenchReport,
  GateResult,
  LayerSensitivity,
  Verdict,
} from '../../../src/report/bench/results.js';
import { hostileName } from '../lut/plot_fixture.js';

const hash = (digits: string) => digits.repeat(8);

export const models: readonly BenchModel[] = [
  {
    name: 'lenet-digits',
    file: 'models/lenet-digits.onnx',
    sha256: hash('eca9a962'),
    parameters: 61_706,
    macs: 416_520,
  },
  {
    name: 'resnet20-cifar10',
    file: 'models/resnet20-cifar10.onnx',
    sha256: hash('ab12cd34'),
    parameters: 269_722,
    macs: 40_812_544,
  },
];

export const datasets: readonly BenchDataset[] = [
  {
    name: 'synthetic-digits',
    spec: 'synthetic-digits',
    split: 'test',
    samples: 5000,
    classes: 10,
    sha256: hash('0d1f2e3c'),
  },
  {
    name: 'cifar10',
    spec: 'data/cifar-10-batches-bin',
    split: 'test',
    samples: 10_000,
    classes: 10,
    sha256: hash('91ab00ff'),
  },
];

function multiplier(name: string, mae: number, milliwatt: number | null): BenchMultiplier {
  const metrics: ErrorMetrics = {
    errorRate: mae === 0 ? 0 : 0.8125,
    mae,
    nmed: mae / 16384,
    mred: mae === 0 ? 0 : 0.0247,
    wce: 4 * mae,
    wcre: mae === 0 ? 0 : 1,
    mse: 2 * mae * mae,
    rmse: Math.SQRT2 * mae,
    bias: 0 - mae / 4,
    variance: 2 * mae * mae - (mae * mae) / 16,
    minError: 0 - 4 * mae,
    maxError: 3 * mae,
  };
  const library = name.startsWith('mul8s') ? 'EvoApproxLib' : null;
  return {
    name,
    file: mae === 0 ? 'exact' : `luts/${name}.txt`,
    sha256: hash(Buffer.from(name.slice(-4)).toString('hex')),
    activation: 'int8',
    weight: 'int8',
    bits: 8,
    metrics,
    known: library === null ? null : { name, library, transposed: false, cost: null },
    power:
      milliwatt === null
        ? null
        : { milliwatt, relative: milliwatt / 0.425, source: name === 'mul8s_1KR3' ? 'suite' : 'catalogue' },
    errorMap: { size: 2, means: [0 - mae, 0, 0, mae / 2] },
  };
}

export const multipliers: readonly BenchMultiplier[] = [
  multiplier('mul8s_1KV8', 0, 0.425),
  multiplier('mul8s_1KV9', 1.2, 0.41),
  multiplier('mul8s_1KVL', 84.3, 0.301),
  multiplier('mul8s_1KR3', 310.5, 0.126),
  multiplier('drum3_int8', 104, null),
];

/** Wilson's 95 % interval. */
function interval(correct: number, samples: number): [number, number] {
  const z = 1.959964;
  const p = correct / samples;
  const centre = p + (z * z) / (2 * samples);
  const half = z * Math.sqrt((p * (1 - p)) / samples + (z * z) / (4 * samples * samples));
  const scale = 1 + (z * z) / samples;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** `correct` of the samples right, spread evenly. */
export function accuracy(correct: number, samples: number, loss: number): BenchAccuracy {
  const bits = Buffer.alloc(Math.ceil(samples / 8));
  for (let i = 0; i < samples; i++) {
    const right = Math.floor(((i + 1) * correct) / samples) > Math.floor((i * correct) / samples);
    if (right) bits[i >> 3]! |= 1 << (i & 7);
  }
  return {
    correct,
    top1: correct / samples,
    top1Interval: interval(correct, samples),
    top5: Math.min(1, correct / samples + 0.05),
    loss,
    correctBits: bits.toString('base64'),
  };
}

const around = (value: number, half: number): [number, number] => [value - half, value + half];

function gate(name: GateResult['gate'], limit: number, actual: number, half: number): GateResult {
  const [low, high] = around(actual, half);
  const worse = name === 'minTop1' ? [limit - high, limit - low] : [low - limit, high - limit];
  const verdict: Verdict = worse[1]! <= 0 ? 'pass' : worse[0]! > 0 ? 'fail' : 'undecided';
  return {
    gate: name,
    limit,
    actual,
    interval: [low, high],
    verdict,
    imagesNeeded: verdict === 'undecided' ? 31_400 : null,
  };
}

interface Case {
  readonly model: string;
  readonly multiplier: string;
  readonly dataset: string;
  readonly float: number;
  readonly exact: number;
  readonly approx: number;
  readonly tuned?: number;
}

/** An entry whose figures follow from the numbers of correct samples. */
export function entry(
  { model, multiplier, dataset, float, exact, approx, tuned }: Case,
  gates: (top1: number, drop: number) => readonly GateResult[],
  changes: Partial<BenchEntry> = {},
): BenchEntry {
  const samples = datasets.find(({ name }) => name === dataset)?.samples ?? 10_000;
  const final = tuned ?? approx;
  const [toExact, toFloat] = [(exact - final) / samples, (float - final) / samples];
  const results = gates((100 * final) / samples, 100 * toExact);
  const verdicts = results.map(({ verdict }) => verdict);
  const known = multipliers.find(({ name }) => name === multiplier);
  return {
    id: `${model} · ${multiplier}`,
    key: hash('5eedc0de'),
    model,
    multiplier,
    dataset,
    quantization: 'static,tensor,channel a8 w8',
    assignment: 'all',
    seed: 0,
    status: 'done',
    error: null,
    cached: false,
    samples,
    float: accuracy(float, samples, 0.31),
    exact: accuracy(exact, samples, 0.32),
    approx: accuracy(approx, samples, 0.41),
    tuned: tuned === undefined ? null : accuracy(tuned, samples, 0.37),
    drop: {
      exact: toExact,
      exactInterval: around(toExact, 0.003),
      float: toFloat,
      floatInterval: around(toFloat, 0.0035),
    },
    p: toExact > 0.005 ? 3.2e-28 : 0.73,
    relativePower: known?.power?.relative ?? null,
    layers: [
      { layer: '/0/Conv', op: 'Conv', macs: 117_600, multiplier: null, sqnr: null, sqnrFloat: 'inf' },
      { layer: '/3/Conv', op: 'Conv', macs: 240_000, multiplier, sqnr: 23.41, sqnrFloat: 21.06 },
    ],
    sensitivity: null,
    baseline: null,
    gates: results,
    verdict: verdicts.includes('fail')
      ? 'fail'
      : verdicts.includes('undecided')
        ? 'undecided'
        : verdicts.length > 0
          ? 'pass'
          : null,
    seconds: 12.25,
    ...changes,
  };
}

/** The same network, table and data `change` before. */
function baseline(top1: number, change: number, match: BaselineComparison['match'] = 'content') {
  const compared: BaselineComparison = {
    match,
    top1: top1 - change,
    drop: 0.01,
    change,
    changeInterval: around(change, 0.0015),
  };
  return { baseline: compared };
}

function layerAlone(layer: string, macs: number, drop: number): LayerSensitivity {
  return { layer, macs, top1: 0.9168 - drop, drop, dropInterval: around(drop, 0.0021) };
}

const lenet = (multiplier: string, approx: number): Case => ({
  model: 'lenet-digits',
  multiplier,
  dataset: 'synthetic-digits',
  float: 4932,
  exact: 4928,
  approx,
});
const resnet = (multiplier: string, approx: number, tuned?: number): Case => ({
  model: 'resnet20-cifar10',
  multiplier,
  dataset: 'cifar10',
  float: 9173,
  exact: 9168,
  approx,
  ...(tuned === undefined ? {} : { tuned }),
});

const lenetGates = (top1: number, drop: number) => [
  gate('minTop1', 97, top1, 0.4),
  gate('maxDrop.exact', 2, drop, 0.3),
];
const resnetGates = (_: number, drop: number) => [gate('maxDrop.exact', 1, drop, 0.25)];

/** Ten entries, not in the order of their accuracies. */
export function entries(): BenchEntry[] {
  const done: BenchEntry[] = [
    entry(lenet('mul8s_1KV8', 4928), lenetGates, { cached: true, ...baseline(0.9856, 0) }),
    entry(lenet('mul8s_1KR3', 4711), lenetGates, baseline(0.9422, -0.0046)),
    entry(lenet('mul8s_1KVL', 4860), lenetGates, {
      ...baseline(0.972, 0.0034),
      sensitivity: [
        { layer: '/0/Conv', macs: 117_600, top1: 0.9812, drop: 0.0044, dropInterval: [0.0021, 0.0067] },
        { layer: '/3/Conv', macs: 240_000, top1: 0.9858, drop: -0.0002, dropInterval: [-0.0015, 0.0011] },
      ],
    }),
    entry(lenet('mul8s_1KV9', 4925), lenetGates, { cached: true, ...baseline(0.985, 0.0002, 'name') }),
    entry(lenet('drum3_int8', 4891), () => [], baseline(0.9782, 0.0001)),
    entry(resnet('mul8s_1KV9', 9163), resnetGates),
    entry(resnet('mul8s_1KVL', 8912, 9098), resnetGates, { ...baseline(0.9098, 0.0002), seconds: 754 }),
    entry(resnet('mul8s_1KV8', 9168), resnetGates, { cached: true, ...baseline(0.9168, 0) }),
    entry(resnet('mul8s_1KR3', 7204), resnetGates, {
      ...baseline(0.7204, -0.0103),
      sensitivity: [
        layerAlone('/conv1/Conv', 442_368, 0.0021),
        layerAlone('/layer1/layer1.0/conv1/Conv', 2_359_296, 0.0312),
        layerAlone('/layer3/layer3.2/conv2/Conv_quantized_with_a_long_name', 2_359_296, -0.0004),
      ],
    }),
  ];
  const failed: BenchEntry = {
    ...entry(resnet('drum3_int8', 0), () => []),
    key: null,
    status: 'failed',
    error: 'luts/drum3_int8.txt:17: expected 256 products, got 255; write the table anew',
    samples: 0,
    float: null,
    exact: null,
    approx: null,
    drop: { exact: null, exactInterval: null, float: null, floatInterval: null },
    p: null,
    layers: [],
    verdict: 'fail',
    seconds: 0.04,
  };
  return [...done.slice(0, 6), failed, ...done.slice(6)];
}

/** Two networks, five multipliers; the summary follows from the entries. */
export function benchReport(changes: Partial<BenchReport> = {}): BenchReport {
  const list = changes.entries ?? entries();
  const counted = (chosen: (entry: BenchEntry) => boolean) => list.filter(chosen).length;
  return {
    schemaVersion: 1,
    command: 'bench',
    version: '0.1.0',
    suite: { name: 'nightly', file: 'suites/nightly.yaml', sha256: hash('50170000'), entries: list.length },
    shard: null,
    complete: true,
    environment: {
      node: '20.20.2',
      platform: 'linux x64',
      cpu: 'AMD EPYC 9R14',
      isa: 'avx512',
      threads: 2,
      device: 'cpu',
      gpus: [],
    },
    models,
    multipliers,
    datasets,
    entries: list,
    baseline: {
      file: 'baseline/main.json',
      stale: ['lenet-digits · mul8s_1L2H'],
      added: ['resnet20-cifar10 · mul8s_1KV9'],
    },
    summary: {
      done: counted(({ status }) => status === 'done'),
      failed: counted(({ status }) => status === 'failed'),
      cached: counted(({ cached }) => cached),
      pass: counted(({ verdict }) => verdict === 'pass'),
      fail: counted(({ verdict }) => verdict === 'fail'),
      undecided: counted(({ verdict }) => verdict === 'undecided'),
      seconds: 804.5,
    },
    warnings: ['suites/nightly.yaml:12: the multiplier mul8s_1KX5 is used by no entry'],
    ...changes,
  };
}

/** What names may hold: markup, separators of every format, line breaks, controls, emoji, formulas. */
export const hostileText = `=cmd|'/c calc'!A1,"q";\r\n| x | \`b\` \\| ~~s~~ **b** [l](http://e.example) <!-- --> ]]> --> @all #1 ::error::%0A 🦀👩‍🔬 ${hostileName}`;

/** Every text that can come from a file is hostile, and there are two entries with the same words. */
export function hostileReport(): BenchReport {
  const report = benchReport();
  const rename = (name: string) => `${hostileText}${name}`;
  return {
    ...report,
    suite: { ...report.suite, name: hostileText, file: rename('suite') },
    environment: { ...report.environment, cpu: hostileText, platform: hostileText },
    models: report.models.map((item) => ({ ...item, name: rename(item.name), file: hostileText })),
    multipliers: report.multipliers.map((item) => ({ ...item, name: rename(item.name), file: hostileText })),
    datasets: report.datasets.map((item) => ({ ...item, name: rename(item.name), spec: hostileText })),
    entries: report.entries.map((item) => ({
      ...item,
      id: `${rename(item.model)} · ${rename(item.multiplier)}`,
      model: rename(item.model),
      multiplier: rename(item.multiplier),
      dataset: rename(item.dataset),
      quantization: hostileText,
      assignment: hostileText,
      error: item.error === null ? null : hostileText,
      layers: item.layers.map((layer) => ({ ...layer, layer: hostileText, op: hostileText })),
      sensitivity: item.sensitivity?.map((layer) => ({ ...layer, layer: hostileText })) ?? null,
    })),
    baseline: { file: hostileText, stale: [hostileText], added: [hostileText] },
    warnings: [hostileText],
  };
}

/** As many entries as asked for, all with gates that fail, and as many stale ones. */
export function manyEntries(count: number): BenchReport {
  const [first] = entries();
  const gates = [gate('minTop1', 99.9, 98, 0.1), gate('maxDrop.exact', 0, 2, 0.1)];
  const list = Array.from({ length: count }, (_, i): BenchEntry => {
    const id = `lenet-digits · mul8s_1KV8 · seed ${i}`;
    return { ...first!, id, seed: i, gates, verdict: 'fail' };
  });
  const stale = list.map(({ id }) => `${id} before`);
  return benchReport({ entries: list, baseline: { file: 'b.json', stale, added: [] } });
}
