import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signMagnitude } from '../../../src/multiplier/generate/sign_magnitude.js';

test('sign and magnitude: the sign of the exact product, or of a 0 that counts as positive', () => {
  const product = signMagnitude((a, w) => a * w + 1);
  assert.deepEqual([product(-3, 4), product(3, -4), product(-3, -4), product(3, 4)], [-13, -13, 13, 13]);
  assert.deepEqual([product(0, 4), product(0, -4), product(-4, 0), product(0, 0)], [1, -1, -1, 1]);
  assert.equal(product(-128, -128), 16385);
  assert.equal(product(200, -128), -25601);
});
