import assert from 'node:assert/strict';
import { errorMetrics } from '../../src/multiplier/analysis/metrics.js';
import type { PublishedFigures } from '../../src/multiplier/catalog/catalog.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';

/** Whether `printed` is `value` rounded to the digits that it shows (two significant ones at least), ± half a digit. */
function agrees(value: number, printed: number): boolean {
  const decimals = (String(printed).split('.')[1] ?? '').length;
  return Math.abs(value - printed) <= 0.51 * 10 ** -decimals;
}

/** The errors of a multiplier are those that its authors print. */
export function assertFigures(multiplier: Multiplier, printed: PublishedFigures): void {
  const metrics = errorMetrics(multiplier);
  const pairs: [string, number, number][] = [
    ['MAE', metrics.mae, printed.mae],
    ['WCE', metrics.wce, printed.wce],
    ['EP', 100 * metrics.errorRate, printed.epPercent],
    ['MRE', 100 * metrics.mred, printed.mrePercent],
    ['MSE', metrics.mse, printed.mse],
    ['WCRE', 100 * metrics.wcre, printed.wcrePercent],
  ];
  for (const [metric, value, figure] of pairs) {
    assert.ok(agrees(value, figure), `${multiplier.name}: ${metric} is ${value}, printed ${figure}`);
  }
}
