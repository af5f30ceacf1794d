import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { qparamsOf, quantize, rangeOf, rint } from './quantize.js';

describe('reference: quantization by hand (numerics.md, section 2)', () => {
  test('rint takes halves to the even integer', () => {
    const values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, -3.7];
    assert.deepEqual(
      values.map((x) => rint(x) + 0),
      [-2, -2, 0, 0, 2, 2, 2, -4],
    );
  });

  test('int8 is symmetric and never produces -128', () => {
    const q = qparamsOf('int8', 8, { min: -2, max: 1 });
    assert.deepEqual(q, { scale: Math.fround(2 / 127), zeroPoint: 0, low: -127, high: 127 });
    assert.deepEqual(
      [-9, -2, -0.5, 0, 0.5, 9].map((x) => quantize(x, q) + 0),
      // ±0.5/s = ±31.75.
      [-127, -127, -32, 0, 32, 127],
    );
  });

  test('uint8 is affine: [-1, 3] gives s = 4/255 and z = rint(63.75)', () => {
    const q = qparamsOf('uint8', 8, { min: -1, max: 3 });
    assert.deepEqual(q, { scale: Math.fround(4 / 255), zeroPoint: 64, low: 0, high: 255 });
    assert.deepEqual(
      [-5, -1, 0, 3, 5].map((x) => quantize(x, q)),
      // -1/s = -63.75 → -64; 3/s = 191.25 → 191.
      [0, 0, 64, 255, 255],
    );
  });

  test('a range that leaves out zero is widened to it', () => {
    assert.deepEqual(qparamsOf('uint8', 8, { min: 1, max: 5.1 }), {
      scale: Math.fround(Math.fround(5.1) / 255),
      zeroPoint: 0,
      low: 0,
      high: 255,
    });
    assert.equal(qparamsOf('uint8', 8, { min: -5, max: -1 }).zeroPoint, 255);
  });

  test('fewer bits narrow the codes; a zero range has scale 1', () => {
    assert.deepEqual(qparamsOf('int8', 4, { min: -7, max: 3 }), { scale: 1, zeroPoint: 0, low: -7, high: 7 });
    assert.deepEqual(qparamsOf('uint8', 2, { min: 0, max: 3 }), { scale: 1, zeroPoint: 0, low: 0, high: 3 });
    assert.equal(qparamsOf('int8', 8, { min: 0, max: 0 }).scale, 1);
    assert.equal(qparamsOf('uint8', 8, { min: 0, max: 0 }).scale, 1);
  });

  test('a NaN or an infinity in a range is an error', () => {
    assert.throws(() => rangeOf([1, Number.NaN]), /NaN/);
    assert.throws(() => rangeOf([Number.NEGATIVE_INFINITY]), /Infinity/);
  });
});
