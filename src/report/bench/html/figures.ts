import { percent, percentInterval } from '../../numbers.js';
import type { BenchAccuracy, GateResult, Verdict } from '../results.js';

/** An interval of differences, of either sign, in percentage points: −0.10 … 0.32. Fractions. */
export function pointsInterval([low, high]: readonly [number, number]): string {
  return `${percent(low)} … ${percent(high)}`;
}

/** Top-1 in percent, and its interval. */
export function accuracyText({ top1, top1Interval }: BenchAccuracy): string {
  return `${percent(top1)} % (${percentInterval(top1Interval)})`;
}

/** Verdicts in words, with a sign that does not need colour. */
export const verdictText: Readonly<Record<Verdict, string>> = {
  pass: '✓ pass',
  fail: '✕ fail',
  undecided: '? undecided',
};

/** What a gate asks for; the limit stands in percent, or percentage points. */
export function gateText({ gate, limit }: GateResult): string {
  const points = `${limit} ${limit === 1 ? 'point' : 'points'}`;
  switch (gate) {
    case 'minTop1':
      return `top-1 at least ${limit} %`;
    case 'maxDrop.exact':
      return `drop from exact at most ${points}`;
    case 'maxDrop.float':
      return `drop from float32 at most ${points}`;
    case 'maxDrop.baseline':
      return `drop from the baseline at most ${points}`;
    case 'maxRegression':
      return `regression at most ${points}`;
  }
}
