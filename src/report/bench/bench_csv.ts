import { type CsvValue, csv } from './csv.js';
import type {
  BenchAccuracy,
  BenchEntry,
  BenchModel,
  BenchMultiplier,
  BenchReport,
  GateResult,
} from './results.js';

/** What stands in one row. */
interface Row {
  readonly entry: BenchEntry;
  /** undefined: the report does not describe it. */
  readonly model: BenchModel | undefined;
  readonly multiplier: BenchMultiplier | undefined;
}

type Column = readonly [header: string, value: (row: Row) => CsvValue | undefined];

/** A value and the two ends of its interval. */
function withInterval(
  header: string,
  value: (entry: BenchEntry) => number | null | undefined,
  interval: (entry: BenchEntry) => readonly [number, number] | null | undefined,
): Column[] {
  return [
    [header, ({ entry }) => value(entry)],
    [`${header}.low`, ({ entry }) => interval(entry)?.[0]],
    [`${header}.high`, ({ entry }) => interval(entry)?.[1]],
  ];
}

function accuracyColumns(name: string, of: (entry: BenchEntry) => BenchAccuracy | null): Column[] {
  return [
    [`${name}.correct`, ({ entry }) => of(entry)?.correct],
    ...withInterval(
      `${name}.top1`,
      (entry) => of(entry)?.top1,
      (entry) => of(entry)?.top1Interval,
    ),
    [`${name}.top5`, ({ entry }) => of(entry)?.top5],
    [`${name}.loss`, ({ entry }) => of(entry)?.loss],
  ];
}

function gateColumns(name: GateResult['gate']): Column[] {
  const of = ({ gates }: BenchEntry) => gates.find(({ gate }) => gate === name);
  return [
    [`${name}.limit`, ({ entry }) => of(entry)?.limit],
    ...withInterval(
      `${name}.actual`,
      (entry) => of(entry)?.actual,
      (entry) => of(entry)?.interval,
    ),
    [`${name}.verdict`, ({ entry }) => of(entry)?.verdict],
    [`${name}.imagesNeeded`, ({ entry }) => of(entry)?.imagesNeeded],
  ];
}

const columns: readonly Column[] = [
  ['id', ({ entry }) => entry.id],
  ['key', ({ entry }) => entry.key],
  ['model', ({ entry }) => entry.model],
  ['multiplier', ({ entry }) => entry.multiplier],
  ['dataset', ({ entry }) => entry.dataset],
  ['quantization', ({ entry }) => entry.quantization],
  ['assignment', ({ entry }) => entry.assignment],
  ['seed', ({ entry }) => entry.seed],
  ['status', ({ entry }) => entry.status],
  ['error', ({ entry }) => entry.error],
  ['verdict', ({ entry }) => entry.verdict],
  ['cached', ({ entry }) => entry.cached],
  ['seconds', ({ entry }) => entry.seconds],
  ['samples', ({ entry }) => entry.samples],
  ...accuracyColumns('float', ({ float }) => float),
  ...accuracyColumns('exact', ({ exact }) => exact),
  ...accuracyColumns('approx', ({ approx }) => approx),
  ...accuracyColumns('tuned', ({ tuned }) => tuned),
  ...withInterval(
    'drop.exact',
    ({ drop }) => drop.exact,
    ({ drop }) => drop.exactInterval,
  ),
  ...withInterval(
    'drop.float',
    ({ drop }) => drop.float,
    ({ drop }) => drop.floatInterval,
  ),
  ['p', ({ entry }) => entry.p],
  ['relativePower', ({ entry }) => entry.relativePower],
  ['baseline.match', ({ entry }) => entry.baseline?.match],
  ['baseline.top1', ({ entry }) => entry.baseline?.top1],
  ['baseline.drop', ({ entry }) => entry.baseline?.drop],
  ...withInterval(
    'baseline.change',
    ({ baseline }) => baseline?.change,
    ({ baseline }) => baseline?.changeInterval,
  ),
  ...gateColumns('minTop1'),
  ...gateColumns('maxDrop.exact'),
  ...gateColumns('maxDrop.float'),
  ...gateColumns('maxDrop.baseline'),
  ...gateColumns('maxRegression'),
  ['model.sha256', ({ model }) => model?.sha256],
  ['model.parameters', ({ model }) => model?.parameters],
  ['model.macs', ({ model }) => model?.macs],
  ['multiplier.sha256', ({ multiplier }) => multiplier?.sha256],
  ['multiplier.activation', ({ multiplier }) => multiplier?.activation],
  ['multiplier.weight', ({ multiplier }) => multiplier?.weight],
  ['multiplier.bits', ({ multiplier }) => multiplier?.bits],
  ['multiplier.errorRate', ({ multiplier }) => multiplier?.metrics.errorRate],
  ['multiplier.mae', ({ multiplier }) => multiplier?.metrics.mae],
  ['multiplier.nmed', ({ multiplier }) => multiplier?.metrics.nmed],
  ['multiplier.mred', ({ multiplier }) => multiplier?.metrics.mred],
  ['multiplier.wce', ({ multiplier }) => multiplier?.metrics.wce],
  ['multiplier.wcre', ({ multiplier }) => multiplier?.metrics.wcre],
  ['multiplier.mse', ({ multiplier }) => multiplier?.metrics.mse],
  ['multiplier.bias', ({ multiplier }) => multiplier?.metrics.bias],
  ['multiplier.milliwatt', ({ multiplier }) => multiplier?.power?.milliwatt],
  ['multiplier.relativePower', ({ multiplier }) => multiplier?.power?.relative],
];

/**
 * The entries as CSV, one row each in the order of the suite, behind a header.
 *
 * The columns are always these, in this order; new ones come at the end. Their names are those of the JSON report,
 * `.low` and `.high` are the ends of an interval; fractions are 0…1, gates in percent or points as in the report.
 * - id … seed: which combination; status, error, verdict, cached, seconds, samples;
 * - float, exact, approx, tuned: .correct, .top1 with its interval, .top5, .loss of each variant;
 * - drop.exact, drop.float with their intervals, p, relativePower;
 * - baseline: .match, .top1, .drop, .change with its interval;
 * - minTop1, maxDrop.exact, maxDrop.float, maxDrop.baseline, maxRegression: .limit, .actual with its interval,
 *   .verdict, .imagesNeeded of each gate;
 * - model: .sha256, .parameters, .macs; multiplier: .sha256, operands, error metrics, power.
 *
 * What is not known is empty; 'inf' is infinite.
 */
export function renderBenchCsv({ models, multipliers, entries }: BenchReport): string {
  const modelOf = new Map(models.map((model) => [model.name, model]));
  const multiplierOf = new Map(multipliers.map((multiplier) => [multiplier.name, multiplier]));
  const rows = entries.map((entry) => {
    const row = { entry, model: modelOf.get(entry.model), multiplier: multiplierOf.get(entry.multiplier) };
    return columns.map(([, value]) => value(row) ?? null);
  });
  return csv([columns.map(([header]) => header), ...rows]);
}
