import type { ErrorMetrics } from '../../multiplier/metrics.js';
import type { Multiplier } from '../../multiplier/multiplier.js';
import { percent, signed, significant, whole } from '../numbers.js';

/** Share of the operand pairs in percent, without the sign; with digits enough to tell few from none and nearly all from all. */
export function share(fraction: number): string {
  const digits = Number.isInteger(fraction) ? 0 : fraction < 0.001 || fraction > 0.999 ? 3 : 2;
  return percent(fraction, digits);
}

/** A relative error in percent, without the sign; those of wild tables are no usual percentages. */
export function relative(fraction: number): string {
  return fraction < 100 ? percent(fraction) : significant(100 * fraction);
}

/** activation int8 × weight uint8 · 8 bits · sha256 0123456789ab */
export function operandsText({ activation, weight, bits, sha256 }: Multiplier): string {
  return `activation ${activation} × weight ${weight} · ${bits} bits · sha256 ${sha256.slice(0, 12)}`;
}

/** The metrics that multipliers are compared by, in one line. */
export function metricsText(metrics: ErrorMetrics): string {
  const figures = [
    `MAE ${significant(metrics.mae)}`,
    `MRED ${relative(metrics.mred)} %`,
    `WCE ${whole(metrics.wce)}`,
    `EP ${share(metrics.errorRate)} %`,
    `bias ${signed(metrics.bias)}`,
  ];
  if (metrics.wce === 0) figures.push('every product is exact');
  return figures.join(' · ');
}

/** All metrics with what they are. */
export function metricRows(metrics: ErrorMetrics): readonly (readonly [name: string, value: string])[] {
  return [
    ['MAE: mean absolute error (MED)', significant(metrics.mae)],
    ['NMED: MAE ÷ largest |product|', `${relative(metrics.nmed)} %`],
    ['MRED: mean relative error', `${relative(metrics.mred)} %`],
    ['WCE: worst-case error', whole(metrics.wce)],
    ['WCRE: worst-case relative error', `${relative(metrics.wcre)} %`],
    ['EP: share of wrong products', `${share(metrics.errorRate)} %`],
    ['bias: mean signed error', signed(metrics.bias)],
    ['MSE: mean squared error', significant(metrics.mse)],
    ['RMSE', significant(metrics.rmse)],
    ['variance of the error', significant(metrics.variance)],
    ['least error', whole(metrics.minError)],
    ['greatest error', whole(metrics.maxError)],
  ];
}
