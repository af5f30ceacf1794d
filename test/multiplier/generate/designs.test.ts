import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brokenArray } from '../../../src/multiplier/generate/broken_array.js';
import { drum } from '../../../src/multiplier/generate/drum.js';
import { mitchell } from '../../../src/multiplier/generate/mitchell.js';
import { signMagnitude } from '../../../src/multiplier/generate/sign_magnitude.js';
import { truncated } from '../../../src/multiplier/generate/truncated.js';

/** Calls `check` with every pair of unsigned 8-bit operands. */
function forAllPairs(check: (a: number, w: number) => void): void {
  for (let a = 0; a < 256; a++) for (let w = 0; w < 256; w++) check(a, w);
}

describe('approximate designs, against what their papers state', () => {
  test('Mitchell: the sum of the approximate logarithms, never above, at most 1/9 below', () => {
    const log2 = (n: number) => {
      const k = Math.floor(Math.log2(n));
      return k + n / 2 ** k - 1;
    };
    forAllPairs((a, w) => {
      const product = mitchell(a, w);
      if (a === 0 || w === 0) return assert.equal(product, 0);
      const sum = log2(a) + log2(w);
      assert.equal(product, 2 ** Math.floor(sum) * (1 + sum - Math.floor(sum)));
      assert.ok(product <= a * w && product >= (a * w * 8) / 9);
    });
  });

  test('DRUM: exact where both operands fit a segment, nearly unbiased, relative error bounded', () => {
    const k = 4;
    const product = drum(k);
    let error = 0;
    let exact = 0;
    forAllPairs((a, w) => {
      if (a < 2 ** k && w < 2 ** k) assert.equal(product(a, w), a * w);
      // A segment is off by less than 2^(1−k) of its operand.
      assert.ok(Math.abs(product(a, w) - a * w) <= a * w * ((1 + 2 ** (1 - k)) ** 2 - 1));
      error += product(a, w) - a * w;
      exact += a * w;
    });
    // The plain truncation to segments would lose 7.5 % of the mean product.
    assert.ok(Math.abs(error) < 0.01 * exact, `bias ${error / 65536}`);
    assert.equal(product(0b10110101, 0b11), 0b10110000 * 0b11);
    assert.equal(product(0b10100101, 0b11), 0b10110000 * 0b11);
  });

  test('broken array: the sum of the bit products that are left', () => {
    for (const verticalBreak of [0, 5, 9, 15]) {
      const product = brokenArray(verticalBreak);
      forAllPairs((a, w) => {
        let sum = 0;
        for (let i = 0; i < 8; i++) {
          for (let j = 0; j < 8; j++) {
            if (i + j >= verticalBreak) sum += ((a >> i) & 1) * ((w >> j) & 1) * 2 ** (i + j);
          }
        }
        assert.equal(product(a, w), sum);
      });
    }
  });

  test('truncation: both operands rounded down to multiples', () => {
    forAllPairs((a, w) => assert.equal(truncated(3)(a, w), (a - (a % 8)) * (w - (w % 8))));
  });

  test('sign and magnitude', () => {
    const product = signMagnitude((a, w) => a * w + 1);
    assert.deepEqual([product(-3, 4), product(3, -4), product(-3, -4), product(3, 4)], [-13, -13, 13, 13]);
    assert.equal(product(-128, -128), 16385);
  });
});
