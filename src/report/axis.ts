import { fixed, metricPrefixes } from './numbers.js';

/** Of the widest common font at 12 pixels. */
const digitWidth = 7.7;

/** Where an axis begins and ends, and the values that are written along it. */
export interface Axis {
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
  /** Default linear. */
  readonly scale?: 'linear' | 'log';
}

/** Maps the values of an axis to pixels between `start` and `end`. */
export function position(
  { range: [from, to], scale = 'linear' }: Omit<Axis, 'ticks'>,
  [start, end]: readonly [number, number],
): (value: number) => number {
  if (scale === 'log') {
    const logarithmic = position({ range: [Math.log10(from), Math.log10(to)] }, [start, end]);
    return (value) => logarithmic(Math.log10(value));
  }
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round values, about six, that enclose the data; at least two. */
export function axisTicks(values: readonly number[]): number[] {
  const least = values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
  const most = values.reduce((a, b) => Math.max(a, b), values[0] ?? 1);
  const step = roundStep(Math.max(most - least, 0.01 * Math.abs(most), 1e-6) / 5);
  const last = Math.ceil(most / step);
  // One value on a line of the grid: the axis goes on below it, so that percentages do not pass 100.
  const first = Math.min(Math.floor(least / step), last - 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Whole numbers within a range, at most about so many. */
export function wholeTicks([from, to]: readonly [number, number], about = 10): number[] {
  const step = Math.max(1, roundStep((to - from) / about));
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, i) => first + i * step);
}

/** Whole numbers within a range, so many that their texts fit side by side into so many pixels; about ten at most. */
export function fittingTicks(range: readonly [number, number], pixels: number): number[] {
  const gap = 8;
  for (let about = 10; about > 1; about--) {
    const ticks = wholeTicks(range, about);
    const longest = ticks.reduce((a, tick) => Math.max(a, tickText(tick, ticks).length), 0);
    const needed = longest * digitWidth + gap;
    if (ticks.length < 2 || ((ticks[1]! - ticks[0]!) / (range[1] - range[0])) * pixels >= needed)
      return ticks;
  }
  return wholeTicks(range, 1);
}

/** The next of 1, 2, 5, 10, 20 … from `least` on. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** An axis for counts of 1 to `most`, in powers of ten; a count of 1 does not lie on its edge. */
export function logAxis(most: number): Axis {
  const decades = Math.max(1, Math.ceil(Math.log10(most)));
  return {
    range: [0.5, 10 ** decades],
    ticks: Array.from({ length: decades + 1 }, (_, i) => 10 ** i),
    scale: 'log',
  };
}

/** A tick with the digits that tell it from the others of its axis; from a million on with a metric prefix. */
export function tickText(tick: number, all: readonly number[]): string {
  const largest = all.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const thousands = largest >= 1e6 ? Math.floor(Math.log10(largest) / 3) : 0;
  const step = ((all[1] ?? Number.NaN) - all[0]!) / 1000 ** thousands;
  const digits = step > 0 ? Math.max(0, -Math.floor(Math.log10(step))) : 0;
  return `${fixed(tick / 1000 ** thousands, digits)}${tick === 0 ? '' : metricPrefixes[thousands]}`;
}
