import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorScale } from '../../../src/multiplier/analysis/error_scale.js';
import { analysisCases, pairsOf } from './cases.js';

describe('the scale for errors', () => {
  test('reaches to the largest one where the others come near it', () => {
    assert.deepEqual(errorScale(Float64Array.of(0, 3, -7, 5)), { limit: 7, beyond: 0 });
    assert.deepEqual(errorScale(Float64Array.of(-0.25, 0)), { limit: 0.25, beyond: 0 });
  });

  test('of no errors is 0', () => {
    assert.deepEqual(errorScale(new Float64Array(16)), { limit: 0, beyond: 0 });
  });

  test('leaves outliers outside', () => {
    const errors = Float64Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i : -i) / 4);
    errors[0] = -(2 ** 31);
    errors[1] = 2 ** 31;
    assert.deepEqual(errorScale(errors), { limit: 250, beyond: 2 });
    errors.fill(3);
    errors[0] = 1e6;
    assert.deepEqual(errorScale(errors), { limit: 3, beyond: 1 });
  });

  test('takes in 99 % of the wrong pairs at least, of every table', () => {
    for (const multiplier of analysisCases()) {
      const errors = Float64Array.from(pairsOf(multiplier), ({ error }) => error);
      const { limit, beyond } = errorScale(errors);
      const wrong = errors.filter((error) => error !== 0);
      assert.equal(beyond, wrong.filter((error) => Math.abs(error) > limit).length);
      assert.ok(beyond <= 0.01 * wrong.length, multiplier.name);
      assert.ok(limit <= Math.max(0, ...errors.map(Math.abs)));
      assert.equal(limit > 0, wrong.length > 0);
    }
  });
});
