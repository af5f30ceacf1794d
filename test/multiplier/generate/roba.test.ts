import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { roba } from '../../../src/multiplier/generate/roba.js';
import { assertFamily, forAllPairs, type Model, unsigned8, upTo } from './family_tables.js';

const POWERS = upTo(8).map((exponent) => 2 ** exponent);

/** The nearest of all powers; ties upwards, but for 3. */
function nearest(n: number): number {
  if (n === 0) return 0;
  const least = Math.min(...POWERS.map((power) => Math.abs(power - n)));
  const candidates = POWERS.filter((power) => Math.abs(power - n) === least);
  return n === 3 ? candidates[0]! : candidates.at(-1)!;
}

/** The paper's identity: the exact product less that of the remainders. */
const remainders: Model = () => {
  const rounded = upTo(255).map(nearest);
  return (a, w) => a * w - (rounded[a]! - a) * (rounded[w]! - w);
};

test('RoBA: the exact product less the product of the remainders', () => {
  assertFamily(roba, () => [{}], remainders);
});

test('RoBA: within 1/9 of the exact product on both sides, exact for powers of two, as in the paper', () => {
  const multiplier = unsigned8(roba);
  const { maxError, minError, wcre } = errorMetrics(multiplier);
  assert.ok(maxError > 0 && minError < 0);
  assert.equal(wcre, 1 / 9);
  forAllPairs(multiplier, (a, w, product) => {
    if (POWERS.includes(a) || POWERS.includes(w)) assert.equal(product, a * w);
  });
  // 3 becomes 2, 6 becomes 8.
  assert.equal(multiplier.table[3 * 256 + 6], 3 * 8 + 6 * 2 - 2 * 8);
});
