import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type ErrorMetrics, errorMetrics, worstError } from '../../../src/multiplier/analysis/metrics.js';
import type { OperandMixture } from '../../../src/multiplier/analysis/operand_mixture.js';
import { createMultiplier, exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import { firstOperand, type Multiplier, type OperandType } from '../../../src/multiplier/multiplier.js';
import { Random } from '../../../src/util/random.js';
import { needs } from '../../support/shared.js';
import { assertFigures } from '../published_figures.js';
import { lutsFolder, realTables } from '../tables.js';

interface Figures {
  readonly mae: number;
  readonly wce: number;
  readonly ep_percent: number;
  readonly mre_percent: number;
  readonly mse: number;
  readonly wcre_percent: number;
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
      assertFigures(createMultiplier(name, type, type, 8, values), {
        ...printed,
        epPercent: printed.ep_percent,
        mrePercent: printed.mre_percent,
        wcrePercent: printed.wcre_percent,
      });
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

/** The metrics by their definitions: a plain loop over the pairs, their probabilities and errors. */
function plainMetrics({ activation, weight, bits, table }: Multiplier, mixture: OperandMixture) {
  const size = 2 ** bits;
  const pairs: { p: number; error: number; exact: number }[] = [];
  let largestExact = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const exact = (i + firstOperand(activation, bits)) * (j + firstOperand(weight, bits));
      const p = mixture.reduce(
        (sum, layer) => sum + layer.share * layer.activation[i]! * layer.weight[j]!,
        0,
      );
      largestExact = Math.max(largestExact, Math.abs(exact));
      if (p > 0) pairs.push({ p, error: table[i * size + j]! - exact, exact });
    }
  }
  const mean = (of: (pair: (typeof pairs)[number]) => number, among = pairs) =>
    among.reduce((sum, pair) => sum + pair.p * of(pair), 0) / among.reduce((sum, { p }) => sum + p, 0);
  const relevant = pairs.filter(({ exact }) => exact !== 0);
  const errors = pairs.map(({ error }) => error);
  const bias = mean(({ error }) => error);
  const mse = mean(({ error }) => error ** 2);
  const expected: ErrorMetrics = {
    errorRate: mean(({ error }) => (error === 0 ? 0 : 1)),
    mae: mean(({ error }) => Math.abs(error)),
    nmed: mean(({ error }) => Math.abs(error)) / largestExact,
    mred: mean(({ error, exact }) => Math.abs(error / exact), relevant),
    wce: Math.max(...errors.map(Math.abs)),
    wcre: Math.max(0, ...relevant.map(({ error, exact }) => Math.abs(error / exact))),
    mse,
    rmse: Math.sqrt(mse),
    bias,
    variance: mean(({ error }) => (error - bias) ** 2),
    minError: Math.min(...errors),
    maxError: Math.max(...errors),
  };
  return expected;
}

function assertClose(found: ErrorMetrics, expected: ErrorMetrics): void {
  for (const [name, value] of Object.entries(expected)) {
    const got = found[name as keyof ErrorMetrics];
    const exact = name === 'wce' || name === 'minError' || name === 'maxError';
    const near = Math.abs(got - value) <= (exact ? 0 : 1e-11 * Math.max(1, Math.abs(value)));
    assert.ok(near || (Number.isNaN(got) && Number.isNaN(value)), `${name} is ${got}, expected ${value}`);
  }
}

describe('error metrics over a distribution of operands', () => {
  const types: readonly OperandType[] = ['int8', 'uint8'];
  const uniform = (size: number) => new Float64Array(size).fill(1 / size);

  /** A distribution with zeros in it, on a scale of its own. */
  const randomly = (random: Random, size: number) => {
    const counts = Float64Array.from({ length: size }, () =>
      random.integer(3) === 0 ? 0 : random.integer(1000),
    );
    counts[random.integer(size)] = 1;
    return counts.map((count) => count / counts.reduce((sum, x) => sum + x));
  };

  const noisy = (random: Random, activation: OperandType, weight: OperandType, bits: number) =>
    tabulate('noisy', activation, weight, bits, (a, w) => a * w + random.integer(9) - 2);

  test('agree with a plain loop', () => {
    const random = new Random(1);
    for (const activation of types) {
      for (const weight of types) {
        for (const bits of [2, 3, 4, 8]) {
          const multiplier = noisy(random, activation, weight, bits);
          const mixture = Array.from({ length: 1 + random.integer(3) }, () => ({
            share: random.between(0.1, 9),
            activation: randomly(random, 2 ** bits),
            weight: randomly(random, 2 ** bits),
          }));
          assertClose(errorMetrics(multiplier, mixture), plainMetrics(multiplier, mixture));
        }
      }
    }
  });

  test('are those of all pairs where the distribution is uniform', () => {
    const multiplier = noisy(new Random(2), 'int8', 'uint8', 8);
    const one = { share: 0.25, activation: uniform(256), weight: uniform(256) };
    // All of these are powers of two: not even the last digit changes.
    assert.deepEqual(errorMetrics(multiplier, [one]), errorMetrics(multiplier));
    assert.deepEqual(errorMetrics(multiplier, [one, one]), errorMetrics(multiplier));
    assert.deepEqual(worstError(multiplier, [one]), worstError(multiplier));
  });

  test('are those of one product where nothing else occurs', () => {
    const multiplier = noisy(new Random(3), 'int8', 'int8', 4);
    for (const [a, w] of [
      [-8, 7],
      [3, -5],
      [0, 4],
      [0, 0],
    ] as const) {
      const oneHot = (operand: number) => new Float64Array(16).fill(1, operand + 8, operand + 9);
      const error = multiplier.table[(a + 8) * 16 + w + 8]! - a * w;
      const mixture = [{ share: 2, activation: oneHot(a), weight: oneHot(w) }];
      const size = Math.abs(error);
      assert.deepEqual(errorMetrics(multiplier, mixture), {
        errorRate: error === 0 ? 0 : 1,
        mae: size,
        nmed: size / 64,
        mred: a * w === 0 ? Number.NaN : size / Math.abs(a * w),
        wce: size,
        wcre: a * w === 0 ? 0 : size / Math.abs(a * w),
        mse: size ** 2,
        rmse: size,
        bias: error,
        variance: 0,
        minError: error,
        maxError: error,
      });
      assert.deepEqual(worstError(multiplier, mixture), { activation: a, weight: w, error });
    }
  });

  test('the worst pair is the first of the largest error, among those that occur', () => {
    const errors = new Map([
      ['1,2', -5],
      ['1,3', 5],
      ['3,0', 5],
      ['2,2', 4],
    ]);
    const multiplier = tabulate('x', 'uint8', 'uint8', 2, (a, w) => a * w + (errors.get(`${a},${w}`) ?? 0));
    assert.deepEqual(worstError(multiplier), { activation: 1, weight: 2, error: -5 });
    const without1 = { share: 1, activation: Float64Array.of(0.5, 0, 0.5, 0), weight: uniform(4) };
    assert.deepEqual(worstError(multiplier, [without1]), { activation: 2, weight: 2, error: 4 });
    assert.deepEqual(worstError(exactMultiplier('int8', 'int8')), {
      activation: -128,
      weight: -128,
      error: 0,
    });
  });

  test('a small variance beside a large bias is not lost', () => {
    const multiplier = tabulate('x', 'int8', 'int8', 8, (a, w) => a * w + 2 ** 30 + ((a + w) & 1));
    assert.equal(errorMetrics(multiplier).variance, 0.25);
    const one = { share: 1, activation: uniform(256), weight: uniform(256) };
    assert.equal(errorMetrics(multiplier, [one]).variance, 0.25);
  });

  test('weights that are none are refused', () => {
    const multiplier = exactMultiplier('int8', 'int8', 4);
    const layer = { share: 1, activation: uniform(16), weight: uniform(16) };
    for (const wrong of [
      [],
      [{ ...layer, weight: new Float64Array(16) }],
      [{ ...layer, share: 0 }],
      [{ ...layer, activation: uniform(256) }],
      [layer, { ...layer, weight: uniform(8) }],
    ]) {
      assert.throws(() => errorMetrics(multiplier, wrong), RangeError);
      assert.throws(() => worstError(multiplier, wrong), RangeError);
    }
  });
});
