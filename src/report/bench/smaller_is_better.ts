import { renderJson } from '../json.js';
import { count, percent } from '../numbers.js';
import { printable } from '../printable.js';
import { finalAccuracy, powerText } from './entry_figures.js';
import type { BenchEntry, BenchReport } from './results.js';

/** An item of what github-action-benchmark reads as `customSmallerIsBetter`. */
interface BenchmarkItem {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

/**
 * For the action github-action-benchmark, tool `customSmallerIsBetter`: of each entry its top-1 error (100 % − top-1,
 * not the drop: the action compares by ratios, and drops are about 0) with half the width of its 95 % interval, and its
 * time. Failed entries have no figures and are left out.
 */
export function renderSmallerIsBetter({ entries }: BenchReport): string {
  return renderJson(entries.flatMap(items));
}

function items(entry: BenchEntry): BenchmarkItem[] {
  const final = finalAccuracy(entry);
  if (final === null) return [];
  const { drop, relativePower, samples, cached, seconds } = entry;
  const [low, high] = final.top1Interval;
  const name = printable(entry.id);
  const extra = [
    `top-1 ${percent(final.top1)} % of ${count(samples)} samples`,
    ...(drop.exact === null ? [] : [`drop ${percent(drop.exact)} points to exact`]),
    ...(drop.float === null ? [] : [`drop ${percent(drop.float)} points to float32`]),
    ...(relativePower === null ? [] : [`power ${powerText(entry)} % of exact`]),
  ];
  return [
    {
      name: `${name} · top-1 error`,
      unit: '%',
      value: rounded(100 * (1 - final.top1)),
      range: `± ${rounded(50 * (high - low))}`,
      extra: extra.join('\n'),
    },
    {
      name: `${name} · time`,
      unit: 's',
      value: rounded(seconds),
      ...(cached ? { extra: 'from the cache' } : {}),
    },
  ];
}

/** Without the digits that binary fractions add. */
function rounded(value: number): number {
  return Number(value.toFixed(4));
}
