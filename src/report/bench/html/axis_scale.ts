import { axisTicks, tickText } from '../../axis.js';
import { count, fixed, significant } from '../../numbers.js';

/** How values lie along an axis. */
export interface AxisScale {
  /** Where a value lies, in units of the axis. */
  place(value: number): number;
  /** Where the axis begins and ends. */
  readonly range: readonly [number, number];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Maps values to pixels between `start` and `end`. */
export function toPixels(
  { place, range: [from, to] }: AxisScale,
  [start, end]: readonly [number, number],
): (value: number) => number {
  return (value) => start + ((place(value) - from) / (to - from)) * (end - start);
}

/** Share of an axis that stays free at either end. */
const margin = 0.04;

/** Proportional, from one round value to another. */
export function linearScale(values: readonly number[]): AxisScale {
  const ticks = axisTicks(values.some((value) => value !== 0) ? values : [0, 1]);
  return {
    place: (value) => value,
    range: [ticks[0]!, ticks.at(-1)!],
    ticks: ticks.map((at) => ({ at, text: tickText(at, ticks) })),
  };
}

/** From so many times the smallest value on, those of a linear axis would lie on top of each other. */
const wideRatio = 30;

/**
 * For errors of multipliers, which may differ by orders of magnitude and be 0: proportional where they differ little,
 * else logarithmic to both sides of 0. In units of decades, 0 lies one decade below the decade of the smallest
 * magnitude.
 */
export function magnitudeScale(values: readonly number[]): AxisScale {
  const magnitudes = values.map(Math.abs).filter((value) => value > 0);
  const least = Math.min(...magnitudes);
  const most = Math.max(...magnitudes);
  if (magnitudes.length === 0 || most / least < wideRatio) return linearScale([0, ...values]);
  const lowest = Math.floor(Math.log10(least));
  const place = (value: number) =>
    value === 0 ? 0 : Math.sign(value) * (Math.log10(Math.abs(value)) - lowest + 1);
  const range = padded(values.map(place));
  const decades = Math.ceil(Math.log10(most)) - lowest;
  const sides = values.some((value) => value < 0) ? 2 : 1;
  const factors = decades <= 2 && sides === 1 ? [1, 2, 5] : [1];
  const step = Math.ceil((decades * sides) / 10);
  const positive = Array.from({ length: decades + 1 }, (_, i) => lowest + i)
    .filter((decade) => (decade - lowest) % step === 0)
    .flatMap((decade) => factors.map((factor) => factor * 10 ** decade));
  const ticks = [0, ...positive, ...positive.map((value) => -value)];
  return {
    place,
    range,
    ticks: within(
      range,
      ticks.map((value) => ({ at: place(value), text: magnitudeText(value) })),
    ),
  };
}

/** A tick of a logarithmic axis: 0.1, 20, 1,000, 1.00e+7. */
function magnitudeText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e7 || (magnitude > 0 && magnitude < 1e-4)) return significant(value);
  if (magnitude >= 1 || magnitude === 0) return count(value);
  return fixed(value, -Math.floor(Math.log10(magnitude) + 1e-9));
}

/** Accuracies that differ by more than this are drawn over the logarithm of the error. */
const wideDifference = 0.25;

const accuracyTicks: readonly number[] = [
  0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999,
];

/**
 * For accuracies, fractions: proportional in percent where they are alike, else logarithmic in the error 1 − accuracy,
 * so that good ones can be told apart beside a failure.
 */
export function accuracyScale(fractions: readonly number[]): AxisScale & { readonly logarithmic: boolean } {
  const least = Math.min(...fractions);
  if (Math.max(...fractions) - least <= wideDifference) {
    const { range, ticks } = linearScale(fractions.map((fraction) => 100 * fraction));
    return { place: (fraction) => 100 * fraction, range, ticks, logarithmic: false };
  }
  const errors = fractions.map((fraction) => 1 - fraction).filter((error) => error > 1e-9);
  // No error at all has no logarithm.
  const floor = Math.min(...errors) / 2;
  const place = (fraction: number) => -Math.log10(Math.max(floor, 1 - fraction));
  const range = padded(fractions.map(place));
  const ticks = accuracyTicks.map((fraction) => ({
    at: place(fraction),
    text: String(Number((100 * fraction).toFixed(2))),
  }));
  return { place, range, ticks: apart(within(range, ticks), range), logarithmic: true };
}

function padded(places: readonly number[]): [number, number] {
  const least = Math.min(...places);
  const most = Math.max(...places);
  const free = margin * (most - least);
  return [least - free, most + free];
}

type Ticks = AxisScale['ticks'];

function within([from, to]: readonly [number, number], ticks: Ticks): Ticks {
  return ticks.filter(({ at }) => at >= from && at <= to);
}

/** Leaves out ticks whose texts would touch. */
function apart(ticks: Ticks, [from, to]: readonly [number, number]): Ticks {
  const kept: { at: number; text: string }[] = [];
  for (const tick of ticks) {
    if (kept.length === 0 || tick.at - kept.at(-1)!.at >= (to - from) / 16) kept.push(tick);
  }
  return kept;
}
