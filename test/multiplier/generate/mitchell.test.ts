import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { mitchell } from '../../../src/multiplier/generate/mitchell.js';
import { assertFamily, forAllPairs, type Model, unsigned8 } from './family_tables.js';

/** Logarithm as a text of bits: the characteristic, then what follows the leading one as a fraction of 8 bits. */
function logarithm(n: number): number {
  const bits = n.toString(2);
  const characteristic = (bits.length - 1).toString(2);
  return Number.parseInt(characteristic + bits.slice(1).padEnd(8, '0'), 2);
}

/** Adds logarithms in fixed point; the antilogarithm puts a one before the fraction and moves the binary point. */
const logarithms: Model = () => (a, w) => {
  if (a === 0 || w === 0) return 0;
  const sum = (logarithm(a) + logarithm(w)).toString(2).padStart(9, '0');
  const mantissa = Number.parseInt(`1${sum.slice(-8)}`, 2);
  return mantissa * 2 ** (Number.parseInt(sum.slice(0, -8), 2) - 8);
};

test('Mitchell: fixed-point sums of logarithms', () => {
  assertFamily(mitchell, () => [{}], logarithms);
});

test('Mitchell: never above the exact product, at most 1/9 below, as in the paper', () => {
  const multiplier = unsigned8(mitchell);
  const { maxError, wcre } = errorMetrics(multiplier);
  assert.equal(maxError, 0);
  assert.equal(wcre, 1 / 9);
  forAllPairs(multiplier, (a, w, product) => {
    const isPower = (n: number) => Number.isInteger(Math.log2(n));
    if (isPower(a) || isPower(w)) assert.equal(product, a * w);
  });
});
