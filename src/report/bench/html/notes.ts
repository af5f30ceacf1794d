import { relative } from '../../lut/metrics_text.js';
import { decibels, metric, percent, signed, significant } from '../../numbers.js';
import { printable } from '../../printable.js';
import type { BenchEntry, BenchMultiplier } from '../results.js';
import { powerText } from './cost_axis.js';
import { accuracyText, pointsInterval, verdictText } from './figures.js';
import type { LayerBlock, LayerFigure } from './layer_figures.js';

/** Texts that the page shows at marks of its charts, one line for each line break. */
export interface Notes {
  /** Adds a text; returns its index. */
  add(lines: readonly string[]): number;
  readonly texts: readonly string[];
}

export function createNotes(): Notes {
  const texts: string[] = [];
  return { add: (lines) => texts.push(lines.map(printable).join('\n')) - 1, texts };
}

/** What is shown at an entry's point, whatever it is drawn against. */
export function entryNote(entry: BenchEntry, multiplier: BenchMultiplier | undefined): string[] {
  const { id, approx, tuned, drop, relativePower, verdict, status } = entry;
  if (approx === null) return [id, status];
  const lines = [id, `top-1 ${accuracyText(tuned ?? approx)}`];
  if (tuned !== null) lines.push(`before retraining ${accuracyText(approx)}`);
  if (drop.exact !== null) lines.push(`drop from exact ${differenceText(drop.exact, drop.exactInterval)}`);
  if (drop.float !== null) lines.push(`drop from float32 ${differenceText(drop.float, drop.floatInterval)}`);
  if (relativePower !== null) lines.push(`power ${percent(relativePower, 1)} % of exact`);
  else if (multiplier !== undefined) lines.push(powerText(multiplier));
  if (multiplier !== undefined) {
    const { mae, mred, bias } = multiplier.metrics;
    lines.push(`MAE ${significant(mae)} · MRED ${relative(mred)} % · bias ${signed(bias)}`);
  }
  if (verdict !== null) lines.push(verdictText[verdict]);
  return lines;
}

function differenceText(fraction: number, interval: readonly [number, number] | null): string {
  return `${percent(fraction)} points${interval === null ? '' : ` (${pointsInterval(interval)})`}`;
}

/** What is shown at a layer of an entry. */
export function layerNote(
  { id }: BenchEntry,
  layer: string,
  measure: LayerBlock['measure'],
  { value, interval, macs }: LayerFigure,
): string[] {
  const figure =
    measure === 'drop'
      ? `drop of top-1 ${differenceText(value, interval)}`
      : `SQNR ${decibels(value === Infinity ? 'inf' : value)} dB`;
  return [id, layer, figure, `${metric(macs)} MACs per sample`];
}
