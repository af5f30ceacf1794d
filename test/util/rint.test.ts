import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rint } from '../../src/util/rint.js';
import { fc } from '../support/property.js';

/** Rounding by the floating-point unit: below 2^51, adding 1.5·2^52 leaves no bits for a fraction. */
const reference = (x: number): number => x + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;

test('halves go to the even neighbour', () => {
  const cases: [number, number][] = [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [254.5, 254],
    [0.49999999999999994, 0],
    [-0.49999999999999994, 0],
    [-0.5000000000000001, -1],
    [4503599627370495.5, 4503599627370496],
    [2 ** 53 + 2, 2 ** 53 + 2],
    [1e300, 1e300],
    [-5e-324, 0],
  ];
  for (const [x, rounded] of cases) assert.equal(rint(x) + 0, rounded, `rint(${x})`);
  assert.equal(rint(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(rint(Number.NaN)));
});

test('equals the rounding of the floating-point unit', () => {
  const quarters = fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((n) => n / 4);
  fc.assert(
    fc.property(fc.oneof(quarters, fc.double({ min: -1e9, max: 1e9, noNaN: true })), (x) => {
      assert.equal(rint(x) + 0, reference(x) + 0);
    }),
    { numRuns: 5000 },
  );
});
