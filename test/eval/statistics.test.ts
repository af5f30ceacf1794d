import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  mcNemar,
  meanInterval,
  pairedInterval,
  unpairedInterval,
  wilsonInterval,
} from '../../src/eval/statistics.js';
import { Random } from '../../src/util/random.js';

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

test('paired intervals: half a trial in each cell, by hand', () => {
  // 10 and 4 discordant of 100: (10.5 − 4.5)/102 ± 1.96·√(15 − 36/102)/102.
  const [low, high] = pairedInterval(10, 4, 100);
  near(low, 6 / 102 - (1.959964 * Math.sqrt(15 - 36 / 102)) / 102);
  near(high, 6 / 102 + (1.959964 * Math.sqrt(15 - 36 / 102)) / 102);
  assert.deepEqual(pairedInterval(0, 0, 0), [-1, 1]);
  const same = pairedInterval(0, 0, 10_000);
  assert.ok(same[0] < 0 && same[1] > 0 && same[1] < 2e-4);
});

test('paired intervals hold the true difference in 95 of 100 cases', () => {
  const random = new Random(5);
  let held = 0;
  const rounds = 2000;
  for (let round = 0; round < rounds; round++) {
    let onlyFirst = 0;
    let onlySecond = 0;
    for (let i = 0; i < 400; i++) {
      const draw = random.uniform();
      if (draw < 0.06) onlyFirst++;
      else if (draw < 0.08) onlySecond++;
    }
    const [low, high] = pairedInterval(onlyFirst, onlySecond, 400);
    if (low <= 0.04 && 0.04 <= high) held++;
  }
  assert.ok(Math.abs(held / rounds - 0.95) < 0.02, String(held / rounds));
});

test('unpaired intervals of a published example', () => {
  // Newcombe, Statistics in Medicine 1998, table II, method 10: 56/70 − 48/80 and 9/10 − 3/10.
  const [low, high] = unpairedInterval({ successes: 56, trials: 70 }, { successes: 48, trials: 80 });
  near(low, 0.0524);
  near(high, 0.3339);
  const [l, h] = unpairedInterval({ successes: 9, trials: 10 }, { successes: 3, trials: 10 });
  near(l, 0.1705);
  near(h, 0.809);
});
