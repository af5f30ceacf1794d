import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createMultiplier, exactMultiplier, tabulate } from '../../src/multiplier/create.js';
import { errorMetrics } from '../../src/multiplier/metrics.js';
import { needs } from '../support/shared.js';
import { lutsFolder, realTables } from './tables.js';

interface Figures {
  readonly mae: number;
  readonly wce: number;
  readonly ep_percent: number;
  readonly mre_percent: number;
  readonly mse: number;
  readonly wcre_percent: number;
}

/** Whether `printed` is `value` rounded to the digits that it shows (two significant ones at least), ± half a digit. */
function agrees(value: number, printed: number): boolean {
  const decimals = (String(printed).split('.')[1] ?? '').length;
  return Math.abs(value - printed) <= 0.51 * 10 ** -decimals;
}

describe('error metrics', () => {
  test('agree with the figures that EvoApproxLib prints', needs(lutsFolder), () => {
    const { multipliers } = JSON.parse(
      readFileSync(join(lutsFolder!, 'evoapprox-8x8-figures.json'), 'utf8'),
    ) as { multipliers: Record<string, Figures> };
    let compared = 0;
    for (const { name, type, values } of realTables()) {
      const printed = multipliers[name];
      if (printed === undefined) continue;
      const metrics = errorMetrics(createMultiplier(name, type, type, 8, values));
      const pairs: [string, number, number][] = [
        ['MAE', metrics.mae, printed.mae],
        ['WCE', metrics.wce, printed.wce],
        ['EP', 100 * metrics.errorRate, printed.ep_percent],
        ['MRE', 100 * metrics.mred, printed.mre_percent],
        ['MSE', metrics.mse, printed.mse],
        ['WCRE', 100 * metrics.wcre, printed.wcre_percent],
      ];
      for (const [metric, value, figure] of pairs) {
        assert.ok(agrees(value, figure), `${name}: ${metric} is ${value}, printed ${figure}`);
      }
      compared++;
    }
    assert.equal(compared, 20);
  });

  test('are zero for the exact multiplier', () => {
    const metrics = errorMetrics(exactMultiplier('uint8', 'int8'));
    assert.deepEqual(new Set(Object.values(metrics)), new Set([0]));
  });

  test('of a table worked out by hand', () => {
    // 2-bit unsigned; 1·1 gives 2, 3·3 gives 7, 0·2 gives −4, everything else is exact.
    const wrong = new Map([
      ['1,1', 2],
      ['3,3', 7],
      ['0,2', -4],
    ]);
    const multiplier = tabulate('x', 'uint8', 'uint8', 2, (a, w) => wrong.get(`${a},${w}`) ?? a * w);
    const metrics = errorMetrics(multiplier);
    assert.equal(metrics.errorRate, 3 / 16);
    assert.equal(metrics.mae, 7 / 16);
    assert.equal(metrics.nmed, 7 / 16 / 9);
    assert.equal(metrics.mred, (1 + 2 / 9) / 9);
    assert.equal(metrics.wce, 4);
    assert.equal(metrics.wcre, 1);
    assert.equal(metrics.mse, 21 / 16);
    assert.equal(metrics.rmse, Math.sqrt(21 / 16));
    assert.equal(metrics.bias, -5 / 16);
    assert.ok(Math.abs(metrics.variance - (21 / 16 - 25 / 256)) < 1e-12);
    assert.equal(metrics.minError, -4);
    assert.equal(metrics.maxError, 1);
  });
});
