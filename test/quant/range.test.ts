import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeOf } from '../../src/quant/range.js';
import { userError } from '../support/errors.js';
import { fc } from '../support/property.js';

test('holds 0 and the extremes', () => {
  const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 50 });
  fc.assert(
    fc.property(values, (x) => {
      assert.deepEqual(rangeOf(x, 'x'), { min: Math.min(0, ...x) + 0, max: Math.max(0, ...x) + 0 });
    }),
  );
  assert.deepEqual(rangeOf(new Float32Array(0), 'x'), { min: 0, max: 0 });
  assert.deepEqual(rangeOf(Float32Array.of(-0), 'x'), { min: 0, max: 0 });
});

test('of a part of an array, which may be a view itself', () => {
  const view = Float32Array.of(9, -9, 1, -2, 3, 9).subarray(1);
  assert.deepEqual(rangeOf(view, 'x', 1, 4), { min: -2, max: 3 });
});

test('refuses NaN and infinities by the name of the tensor', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const values = new Float32Array(1000).with(567, bad);
    assert.throws(
      () => rangeOf(values, 'conv1.out'),
      userError(/^tensor 'conv1\.out' holds (NaN|-?Infinity), expected finite/),
    );
  }
  const negativeNaN = new Float32Array(Int32Array.of(-1).buffer);
  assert.throws(() => rangeOf(negativeNaN, 'x'), userError(/holds NaN/));
});
