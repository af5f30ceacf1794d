import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
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

/** One figure with the other names that the literature has for it. */
export interface ErrorFigure {
  readonly name: string;
  readonly about: string;
  readonly text: (metrics: ErrorMetrics) => string;
}

/** All metrics, in the order of the reports. */
export const errorFigures: readonly ErrorFigure[] = [
  { name: 'EP', about: 'wrong products, error rate (ER)', text: ({ errorRate }) => `${share(errorRate)} %` },
  { name: 'MAE', about: 'mean |error| (MED)', text: ({ mae }) => significant(mae) },
  { name: 'NMED', about: 'MAE / largest |a·w|', text: ({ nmed }) => `${relative(nmed)} %` },
  { name: 'MRED', about: 'mean |error| / |a·w| (MRE)', text: ({ mred }) => `${relative(mred)} %` },
  { name: 'WCE', about: 'worst |error|', text: ({ wce }) => whole(wce) },
  { name: 'WCRE', about: 'worst |error| / |a·w|', text: ({ wcre }) => `${relative(wcre)} %` },
  { name: 'MSE', about: 'mean error²', text: ({ mse }) => significant(mse) },
  { name: 'RMSE', about: 'root of MSE', text: ({ rmse }) => significant(rmse) },
  { name: 'bias', about: 'mean error', text: ({ bias }) => signed(bias) },
  { name: 'variance', about: 'of the error', text: ({ variance }) => significant(variance) },
  {
    name: 'range',
    about: 'of the error',
    text: ({ minError, maxError }) => `${whole(minError)} … ${whole(maxError)}`,
  },
];
