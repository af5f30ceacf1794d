import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncatedResult } from '../../../src/multiplier/generate/truncated_result.js';
import { bitsOf, numberOf } from './bits.js';
import { assertFamily, forAllPairs, type Model, someUpTo, unsigned8 } from './family_tables.js';

/** The text of the product's 2b bits ends in zeros. */
const zeroed: Model = ({ 'dropped-bits': dropped }, bits, { activation, weight }) => {
  const type = activation === 'int8' || weight === 'int8' ? 'int8' : 'uint8';
  return (a, w) => numberOf(bitsOf(a * w, 2 * bits).slice(0, 2 * bits - dropped) + '0'.repeat(dropped), type);
};

test('truncated result: products whose lowest bits are replaced by zeros', () => {
  assertFamily(
    truncatedResult,
    (bits) => someUpTo(2 * bits - 1, bits).map((dropped) => ({ 'dropped-bits': dropped })),
    zeroed,
  );
});

test('an 8 × 8 multiplier cut to 8 bits returns the high byte', () => {
  forAllPairs(unsigned8(truncatedResult, { 'dropped-bits': 8 }), (a, w, product) => {
    assert.equal(product, Math.floor((a * w) / 256) * 256);
  });
});
