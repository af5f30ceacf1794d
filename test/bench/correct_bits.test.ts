import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discordant, encodeBits } from '../../src/bench/correct_bits.js';
import { Random } from '../../src/util/random.js';

test('which samples only one variant got right, against counting', () => {
  const random = new Random(3);
  for (const count of [0, 1, 7, 8, 9, 1000]) {
    const draw = () => Array.from({ length: count }, () => random.integer(2) === 1);
    const [first, second] = [draw(), draw()];
    assert.deepEqual(discordant(encodeBits(first), encodeBits(second)), {
      onlyFirst: first.filter((right, i) => right && !second[i]).length,
      onlySecond: second.filter((right, i) => right && !first[i]).length,
    });
  }
});

test('the lowest bit is the first sample', () => {
  assert.equal(encodeBits([true, false, true, false, false, false, false, false, true]), 'BQE=');
});
