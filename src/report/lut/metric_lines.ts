import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import { percent, signed, significant } from '../numbers.js';

/** The error figures that people compare multipliers by, in one line. */
export function metricLine({ mae, mred, wce, errorRate, bias }: ErrorMetrics): string {
  if (wce === 0) return 'exact: every product is a·w';
  return `MAE ${significant(mae)} · MRED ${percent(mred)} % · WCE ${significant(wce)} · EP ${percent(errorRate, 1)} % · bias ${signed(bias)}`;
}
