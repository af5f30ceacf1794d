import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axisTicks, logAxis, position, tickText, wholeTicks } from '../../src/report/axis.js';
import { fc } from '../support/property.js';

describe('ticks of an axis', () => {
  test('are round', () => {
    assert.deepEqual(axisTicks([47.7, 92.3]), [40, 50, 60, 70, 80, 90, 100]);
    assert.deepEqual(
      axisTicks([0, 1.7]).map((tick) => Number(tick.toFixed(9))),
      [0, 0.5, 1, 1.5, 2],
    );
    assert.equal(axisTicks([100]).at(-1), 100);
    assert.deepEqual(axisTicks([]).length > 1, true);
  });

  test('enclose the data, rise, and are few', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const ticks = axisTicks(values);
        const slack = 1e-9 * Math.max(...values);
        assert.ok(ticks.length >= 2 && ticks.length <= 8, `${ticks}`);
        assert.ok(ticks[0]! <= Math.min(...values) + slack && ticks.at(-1)! >= Math.max(...values) - slack);
        for (let i = 1; i < ticks.length; i++) assert.ok(ticks[i]! > ticks[i - 1]!);
      }),
    );
  });

  test('of whole numbers stay whole, whatever the range', () => {
    assert.deepEqual(wholeTicks([1, 5]), [1, 2, 3, 4, 5]);
    assert.deepEqual(wholeTicks([-255, 255], 5), [-200, 0, 200]);
    assert.deepEqual(wholeTicks([0, 1]), [0, 1]);
  });

  test('are written with the digits that tell them apart', () => {
    const texts = (ticks: number[]) => ticks.map((tick) => tickText(tick, ticks));
    assert.deepEqual(texts([-0.5, 0, 0.5]), ['−0.5', '0.0', '0.5']);
    assert.deepEqual(texts([0, 50_000, 100_000]), ['0', '50000', '100000']);
    assert.deepEqual(texts([-2e9, -1e9, 0, 1e9]), ['−2 G', '−1 G', '0', '1 G']);
    assert.deepEqual(texts([500_000, 1_000_000, 1_500_000]), ['0.5 M', '1.0 M', '1.5 M']);
    assert.deepEqual(texts([7]), ['7']);
    assert.deepEqual(texts([-128, -64, 0, 64, 127]), ['−128', '−64', '0', '64', '127']);
  });

  test('of counts are powers of ten', () => {
    assert.deepEqual(logAxis(1).ticks, [1, 10]);
    assert.deepEqual(logAxis(1000).ticks, [1, 10, 100, 1000]);
    assert.deepEqual(logAxis(1001).ticks.at(-1), 10_000);
  });
});

test('values become pixels, linear and logarithmic, also downwards', () => {
  assert.equal(position({ range: [-10, 10] }, [0, 100])(5), 75);
  assert.equal(position({ range: [0, 1] }, [100, 0])(0.25), 75);
  assert.equal(position({ range: [1, 100], scale: 'log' }, [0, 10])(10), 5);
});
