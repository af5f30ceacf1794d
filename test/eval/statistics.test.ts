import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mcNemar, meanInterval, wilsonInterval } from '../../src/eval/statistics.js';

const near = (actual: number, expected: number, tolerance = 1e-4) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test('Wilson intervals of textbook proportions', () => {
  // Newcombe, Statistics in Medicine 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
  for (const [successes, trials, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ]) {
    const interval = wilsonInterval(successes, trials);
    near(interval[0], low);
    near(interval[1], high);
  }
  assert.deepEqual(wilsonInterval(0, 0), [0, 1]);
});

test('the exact McNemar test is the two-sided binomial one', () => {
  assert.equal(mcNemar(0, 0), 1);
  assert.equal(mcNemar(5, 5), 1);
  near(mcNemar(0, 5), 2 / 32, 1e-12);
  near(mcNemar(1, 9), (2 * (1 + 10)) / 1024, 1e-12);
  assert.equal(mcNemar(3, 8), mcNemar(8, 3));
  // Far beyond what factorials in double precision hold.
  near(mcNemar(5000, 5000), 1, 1e-9);
  assert.ok(mcNemar(4000, 5000) < 1e-20);
});

test('the interval of a mean', () => {
  const values = [1, 2, 3, 4];
  const [low, high] = meanInterval(10, 30, values.length);
  near((low + high) / 2, 2.5, 1e-12);
  near(high - low, (2 * 1.959964 * Math.sqrt(5 / 3)) / 2, 1e-5);
  assert.deepEqual(meanInterval(7, 49, 1), [7, 7]);
});
