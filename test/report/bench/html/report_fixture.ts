import { mcNemar, wilsonInterval } from '../../../../src/eval/statistics.js';
import type {
  BaselineComparison,
  BenchAccuracy,
  BenchEntry,
  BenchModel,
  BenchMultiplier,
  BenchReport,
  GateResult,
  LayerQuality,
  LayerSensitivity,
  Verdict,
} from '../../../../src/report/bench/results.js';
import { Random } from '../../../../src/util/random.js';
import { designs, manyDesigns } from './multiplier_fixture.js';

/** A network, what it was evaluated on, and how it bears errors. */
interface Network {
  readonly model: BenchModel;
  readonly dataset: BenchReport['datasets'][number];
  readonly layers: readonly (readonly [name: string, op: string, macs: number])[];
  readonly float: number;
  readonly exact: number;
  /** Mean relative error of a multiplier that costs half of what can be lost. */
  readonly tolerance: number;
}

const digest = (i: number) => i.toString(16).padStart(2, '0').repeat(32);

function network(
  name: string,
  dataset: string,
  samples: number,
  figures: Pick<Network, 'float' | 'exact' | 'tolerance'>,
  layers: Network['layers'],
): Network {
  const macs = layers.reduce((sum, [, , own]) => sum + own, 0);
  return {
    model: { name, file: `models/${name}.onnx`, sha256: digest(name.length), parameters: macs / 20, macs },
    dataset: {
      name: dataset,
      spec: `data/${dataset}`,
      split: 'test',
      samples,
      classes: 10,
      sha256: digest(99),
    },
    layers,
    ...figures,
  };
}

const lenet = network(
  'lenet-digits',
  'synthetic-digits',
  5000,
  { float: 0.983, exact: 0.9824, tolerance: 0.25 },
  [
    ['/conv1/Conv', 'Conv', 117600],
    ['/conv2/Conv', 'Conv', 240000],
    ['/fc1/Gemm', 'Gemm', 48000],
    ['/fc2/Gemm', 'Gemm', 10080],
    ['/fc3/Gemm', 'Gemm', 840],
  ],
);

const resnet = network('resnet20', 'cifar10', 10000, { float: 0.9173, exact: 0.9164, tolerance: 0.08 }, [
  ['/conv1/Conv', 'Conv', 442368],
  ...[1, 2, 3].flatMap((stage) =>
    [0, 1, 2].flatMap((block) =>
      [1, 2].map((conv) => {
        const halved = stage > 1 && block === 0 && conv === 1;
        return [
          `/layer${stage}/layer${stage}.${block}/conv${conv}/Conv`,
          'Conv',
          halved ? 1179648 : 2359296,
        ] as const;
      }),
    ),
  ),
  ['/fc/Gemm', 'Gemm', 640],
]);

const vgg = network('vgg11', 'cifar10', 10000, { float: 0.9241, exact: 0.9226, tolerance: 0.12 }, [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => [`/features/conv${i}/Conv`, 'Conv', 18_000_000 / i] as const),
  ['/classifier/Gemm', 'Gemm', 5120],
]);

function accuracy(top1: number, samples: number): BenchAccuracy {
  const correct = Math.round(top1 * samples);
  return {
    correct,
    top1: correct / samples,
    top1Interval: wilsonInterval(correct, samples),
    top5: null,
    loss: 0.1 + 2 * (1 - top1),
    correctBits: '',
  };
}

/** Interval of a difference of two proportions on the same samples, of which so many differ. */
function paired(drop: number, discordant: number, samples: number): [number, number] {
  const half = (1.96 * Math.sqrt(Math.max(1, discordant - samples * drop ** 2))) / samples;
  return [Math.max(-1, drop - half), Math.min(1, drop + half)];
}

function verdictOf([low, high]: readonly [number, number], limit: number, atMost: boolean): Verdict {
  if (atMost) return high <= limit ? 'pass' : low > limit ? 'fail' : 'undecided';
  return low >= limit ? 'pass' : high < limit ? 'fail' : 'undecided';
}

function gate(
  name: GateResult['gate'],
  limit: number,
  actual: number,
  interval: readonly [number, number],
): GateResult {
  const verdict = verdictOf(interval, limit, name !== 'minTop1');
  return {
    gate: name,
    limit,
    actual,
    interval,
    verdict,
    imagesNeeded: verdict === 'undecided' ? 18_400 : null,
  };
}

const worst = (verdicts: readonly Verdict[]): Verdict | null =>
  (['fail', 'undecided', 'pass'] as const).find((verdict) => verdicts.includes(verdict)) ?? null;

const percent = ([low, high]: readonly [number, number]) => [100 * low, 100 * high] as const;

/** Share of the accuracy above chance that is left. */
function kept({ mred, bias, mae }: BenchMultiplier['metrics'], tolerance: number): number {
  const lopsided = mae === 0 ? 0 : Math.abs(bias) / mae;
  return 1 / (1 + (((1 + lopsided) * Math.min(mred, 10)) / (2 * tolerance)) ** 3);
}

interface EntryOptions {
  readonly sensitivity?: boolean;
  readonly tuned?: boolean;
  readonly gated?: boolean;
  readonly error?: string;
  /** What was measured before, less what is measured now. */
  readonly before?: number;
}

function entry(
  { model, dataset, layers, float, exact, tolerance }: Network,
  multiplier: BenchMultiplier,
  random: Random,
  { sensitivity = false, tuned = false, gated = true, error, before }: EntryOptions = {},
): BenchEntry {
  const { samples } = dataset;
  const { metrics } = multiplier;
  const base = {
    id: `${model.name} · ${multiplier.name}`,
    key: digest(random.integer(256)),
    model: model.name,
    multiplier: multiplier.name,
    dataset: dataset.name,
    quantization: 'static,tensor,channel a8 w8',
    assignment: 'all',
    seed: 1,
    cached: random.uniform() < 0.3,
    samples,
    baseline: null,
    relativePower: multiplier.power?.relative ?? null,
  };
  if (error !== undefined) {
    return {
      ...base,
      key: null,
      status: 'failed',
      error,
      samples: 0,
      float: null,
      exact: null,
      approx: null,
      tuned: null,
      drop: { exact: null, exactInterval: null, float: null, floatInterval: null },
      p: null,
      layers: [],
      sensitivity: null,
      gates: [],
      verdict: 'fail',
      seconds: 0.2,
    };
  }
  const share = kept(metrics, tolerance);
  const chance = 0.1;
  const approx = accuracy(chance + (exact - chance) * share, samples);
  const after = tuned ? accuracy(exact - 0.3 * (exact - approx.top1), samples) : null;
  const final = after ?? approx;
  const drop = exact - final.top1;
  const discordant = samples * (0.004 + 1.2 * Math.abs(drop)) * (metrics.wce === 0 ? 0 : 1);
  const dropInterval = paired(drop, discordant, samples);
  const floatDrop = float - final.top1;
  const floatInterval = paired(floatDrop, discordant + 0.004 * samples, samples);
  const change = before === undefined ? 0 : -before;
  const changeInterval = paired(change, samples * 0.004, samples);
  const gates = gated
    ? [
        gate('minTop1', 90, 100 * final.top1, percent(final.top1Interval)),
        gate('maxDrop.exact', 1, 100 * drop, percent(dropInterval)),
        ...(before === undefined
          ? []
          : [gate('maxRegression', 0.5, -100 * change, percent([-changeInterval[1], -changeInterval[0]]))]),
      ]
    : [];
  const baseline: BaselineComparison | null =
    before === undefined
      ? null
      : { match: 'content', top1: final.top1 + before, drop: drop - before, change, changeInterval };
  return {
    ...base,
    status: 'done',
    error: null,
    float: accuracy(float, samples),
    exact: accuracy(exact, samples),
    approx,
    tuned: after,
    drop: { exact: drop, exactInterval: dropInterval, float: floatDrop, floatInterval },
    p: mcNemar(
      Math.round(Math.max(0, discordant + samples * drop) / 2),
      Math.round(Math.max(0, discordant - samples * drop) / 2),
    ),
    layers: layers.map((layer, i) => quality(layer, i, multiplier, random)),
    sensitivity: sensitivity
      ? layers.map(([layer, , macs]) => {
          const own = (exact - approx.top1) * random.uniform() ** 3 * 0.5;
          return layerSensitivity(layer, macs, exact - own, own, samples);
        })
      : null,
    baseline,
    gates,
    verdict: worst(gates.map(({ verdict }) => verdict)),
    seconds: 4 + 8 * random.uniform(),
  };
}

function layerSensitivity(
  layer: string,
  macs: number,
  top1: number,
  drop: number,
  samples: number,
): LayerSensitivity {
  return { layer, macs, top1, drop, dropInterval: paired(drop, samples * (0.002 + 1.2 * drop), samples) };
}

function quality(
  [layer, op, macs]: Network['layers'][number],
  i: number,
  { name, metrics }: BenchMultiplier,
  random: Random,
): LayerQuality {
  const exact = metrics.wce === 0;
  const noise = 20 * Math.log10(Math.max(metrics.mred, 1e-6));
  const sqnr = exact ? ('inf' as const) : 8 - noise + 4 * random.normal();
  return { layer, op, macs, multiplier: name, sqnr, sqnrFloat: 36 - i + Math.min(0, -noise - 20) };
}

/** A report on entries, with its counts. */
export function report(
  networks: readonly Network[],
  multipliers: readonly BenchMultiplier[],
  entries: readonly BenchEntry[],
  other: Partial<BenchReport> = {},
): BenchReport {
  const counted = (verdict: Verdict) => entries.filter((one) => one.verdict === verdict).length;
  const failed = entries.filter(({ status }) => status === 'failed').length;
  return {
    schemaVersion: 1,
    command: 'bench',
    version: '0.1.0',
    suite: {
      name: 'Signed 8-bit multipliers',
      file: 'bench/suite.yaml',
      sha256: digest(7),
      entries: entries.length,
    },
    shard: null,
    complete: true,
    environment: {
      node: 'v20.20.2',
      platform: 'linux x64',
      cpu: 'AMD EPYC 9R14',
      isa: 'avx512',
      threads: 2,
      device: 'cpu',
      gpus: [],
    },
    models: networks.map(({ model }) => model),
    multipliers,
    datasets: [...new Map(networks.map(({ dataset }) => [dataset.name, dataset])).values()],
    entries,
    baseline: null,
    summary: {
      done: entries.length - failed,
      failed,
      cached: entries.filter(({ cached }) => cached).length,
      pass: counted('pass'),
      fail: counted('fail'),
      undecided: counted('undecided'),
      seconds: 141.3,
    },
    warnings: [],
    ...other,
  };
}

/** Two networks, ten multipliers: a baseline, an entry that failed, one that was retrained, layers one by one. */
export function suiteReport(): BenchReport {
  const random = new Random(1);
  const multipliers = designs();
  const changes: Readonly<Record<string, number>> = {
    drum4: 0.0062,
    mitchell: -0.004,
    drum6: 0,
    kulkarni: 0.0001,
  };
  const entries = [lenet, resnet].flatMap((one) =>
    multipliers.map((multiplier) =>
      entry(one, multiplier, random, {
        tuned: multiplier.name === 'drum2',
        sensitivity: one === resnet && ['drum4', 'mitchell', 'broken_array6'].includes(multiplier.name),
        ...(multiplier.name === 'roba' && one === resnet
          ? { error: 'models/resnet20.onnx: /fc/Gemm: transA = 1 is not supported; export it without' }
          : {}),
        ...(one === lenet && multiplier.name in changes ? { before: changes[multiplier.name]! } : {}),
      }),
    ),
  );
  return report([lenet, resnet], multipliers, entries, {
    baseline: {
      file: 'bench/baseline.json',
      added: entries.filter((one) => one.status === 'done' && one.baseline === null).map(({ id }) => id),
      stale: ['lenet-digits · drum3', 'resnet20 · drum3'],
    },
    warnings: ['luts/truncated4.txt: its power is given, but not that of an exact multiplier beside it'],
  });
}

/** Three networks under so many multipliers. */
export function largeReport(count: number): BenchReport {
  const random = new Random(2);
  const networks = [lenet, resnet, vgg];
  const multipliers = manyDesigns(Math.ceil(count / networks.length));
  const entries = networks
    .flatMap((one) => multipliers.map((multiplier) => entry(one, multiplier, random)))
    .slice(0, count);
  return report(networks, multipliers, entries);
}

/** One network and one multiplier, without gates. */
export function smallReport(): BenchReport {
  const [, drum] = designs();
  return report([lenet], [drum!], [entry(lenet, drum!, new Random(3), { gated: false })]);
}

/** A suite of nothing. */
export function emptyReport(): BenchReport {
  return report([], [], []);
}
