import { fixed, percent } from '../../numbers.js';
import type { BenchAccuracy, GateResult, LayerQuality, Verdict } from '../results.js';

/** An interval of differences, of either sign, in percentage points: −0.10 … 0.32. Fractions. */
export function pointsInterval([low, high]: readonly [number, number]): string {
  return `${percent(low)} … ${percent(high)}`;
}

/** A difference in percentage points with its sign. A fraction. */
export function signedPoints(fraction: number): string {
  const text = percent(fraction);
  return Number(text) > 0 ? `+${text}` : text;
}

/** Top-1 in percent, and its interval. */
export function accuracyText({ top1, top1Interval: [low, high] }: BenchAccuracy): string {
  return `${percent(top1)} % (${percent(low)}–${percent(high)})`;
}

/** dB; '–': not measured. */
export function decibels(ratio: LayerQuality['sqnr']): string {
  return ratio === 'inf' ? '∞' : fixed(ratio, 1);
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
