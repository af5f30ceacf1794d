import { fixed, percent, signedPercent, spanning } from '../numbers.js';
import type { BenchAccuracy, BenchEntry } from './results.js';

/** The accuracy that gates and drops are about: after retraining, where there was one. null: it failed. */
export function finalAccuracy({ tuned, approx }: BenchEntry): BenchAccuracy | null {
  return tuned ?? approx;
}

/** The id below a heading that names the model already. */
export function labelBelowModel({ id, model }: BenchEntry): string {
  const start = `${model} · `;
  return id.startsWith(start) && id.length > start.length ? id.slice(start.length) : id;
}

/** An interval of fractions in points: −0.10…0.35; '–' for null. */
export function pointsInterval(interval: readonly [number, number] | null): string {
  return interval === null ? '–' : spanning([100 * interval[0], 100 * interval[1]]);
}

/** Power over that of the exact multiplier, in percent. */
export function powerText({ relativePower }: BenchEntry): string {
  return percent(relativePower, 1);
}

/** Change against the baseline in points; '≈' where the two share no more than their name. */
export function changeText({ status, baseline }: BenchEntry): string {
  if (baseline === null) return status === 'failed' ? '–' : 'new';
  return `${baseline.match === 'name' ? '≈' : ''}${signedPercent(baseline.change)}`;
}

/** Whether the change against the baseline is more than chance: its 95 % interval leaves out 0. */
export function changeDirection({ baseline }: BenchEntry): 'better' | 'worse' | null {
  if (baseline === null) return null;
  const [low, high] = baseline.changeInterval;
  return low > 0 ? 'better' : high < 0 ? 'worse' : null;
}

/** What happened to the accuracy in retraining; null where the entry was not retrained. */
export function tuningText({ approx, tuned }: BenchEntry): string | null {
  if (tuned === null || approx === null) return null;
  return `retrained; before that ${percent(approx.top1)} %, loss ${fixed(approx.loss, 3)}, now ${fixed(tuned.loss, 3)}`;
}

/** Why an entry has no figures. */
export function failureText({ error }: BenchEntry): string {
  return `could not be evaluated: ${error ?? 'no reason is known'}`;
}
