import { wilsonInterval } from '../eval/statistics.js';
import type {
  BaselineComparison,
  BenchAccuracy,
  BenchEntry,
  GateResult,
  Verdict,
} from '../report/bench/results.js';
import type { Gates } from './suite/suite.js';

/** The figures that gates look at. */
export interface Gated {
  /** Of the approximate network, after retraining where there was one; null: the entry failed. */
  readonly accuracy: BenchAccuracy | null;
  readonly samples: number;
  readonly drop: BenchEntry['drop'];
  readonly baseline: BaselineComparison | null;
}

/**
 * What an entry's gates say. A gate passes where the whole 95 % interval keeps the limit, fails where none of it does,
 * and is undecided in between. A gate whose figure is not known (no baseline yet, a variant left out) says nothing.
 */
export function gateResults(gates: Gates, { accuracy, samples, drop, baseline }: Gated): GateResult[] {
  if (accuracy === null) return [];
  const results: GateResult[] = [];
  if (gates.minTop1 !== undefined) {
    const interval = wilsonInterval(accuracy.correct, samples);
    results.push(judge('minTop1', 'least', gates.minTop1, accuracy.top1, interval, samples));
  }
  const most = (
    gate: GateResult['gate'],
    limit: number | undefined,
    actual: number | null,
    interval: readonly [number, number] | null,
  ) => {
    if (limit === undefined || actual === null || interval === null) return;
    results.push(judge(gate, 'most', limit, actual, interval, samples));
  };
  const { maxDrop = {}, maxRegression } = gates;
  most('maxDrop.exact', maxDrop.exact, drop.exact, drop.exactInterval);
  most('maxDrop.float', maxDrop.float, drop.float, drop.floatInterval);
  if (baseline !== null) {
    const [low, high] = baseline.changeInterval;
    most('maxDrop.baseline', maxDrop.baseline, -baseline.change, [-high, -low]);
    // The exact network's own change is no fault of the multiplier.
    if (baseline.drop !== null && drop.exact !== null) {
      const growth = drop.exact - baseline.drop;
      most('maxRegression', maxRegression, growth, [
        growth + baseline.change - high,
        growth + baseline.change - low,
      ]);
    }
  }
  return results;
}

/** The worst of the gates; an entry that failed fails; null where there is no gate. */
export function worstVerdict(failed: boolean, gates: readonly GateResult[]): Verdict | null {
  if (failed) return 'fail';
  const order: readonly Verdict[] = ['fail', 'undecided', 'pass'];
  return order.find((verdict) => gates.some((gate) => gate.verdict === verdict)) ?? null;
}

/**
 * @param bound which side of the limit is kept
 * @param limit in percent; actual and interval in fractions
 */
function judge(
  gate: GateResult['gate'],
  bound: 'least' | 'most',
  limit: number,
  actual: number,
  [low, high]: readonly [number, number],
  samples: number,
): GateResult {
  const interval: [number, number] = [100 * low, 100 * high];
  const [worst, best] = bound === 'least' ? interval : [interval[1], interval[0]];
  const keeps = (value: number) => (bound === 'least' ? value >= limit : value <= limit);
  const verdict = keeps(worst) ? 'pass' : keeps(best) ? 'undecided' : 'fail';
  return {
    gate,
    limit,
    actual: 100 * actual,
    interval,
    verdict,
    imagesNeeded: verdict === 'undecided' ? imagesNeeded(limit / 100, actual, low, high, samples) : null,
  };
}

/**
 * Images with which the interval would leave the limit out if the figure stayed: intervals shrink with the square root
 * of their number. null where the figure is the limit itself: no number would do.
 */
function imagesNeeded(
  limit: number,
  actual: number,
  low: number,
  high: number,
  samples: number,
): number | null {
  const distance = Math.abs(actual - limit);
  const half = limit > actual ? high - actual : actual - low;
  const needed = samples * (half / distance) ** 2;
  return Number.isFinite(needed) && needed < 1e12 ? Math.ceil(needed) : null;
}
