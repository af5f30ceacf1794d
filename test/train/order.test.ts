import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { epochOrder, holdOut, stepsPerEpoch } from '../../src/train/order.js';
import { learningRateAt } from '../../src/train/schedule.js';
import { fc } from '../support/property.js';

const upTo = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

describe('images that are held out', () => {
  test('are drawn by seed, and all others are trained on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (count, share) => {
          const { training, heldOut } = holdOut(count, share, 3);
          assert.deepEqual(
            [...training, ...heldOut].sort((a, b) => a - b),
            [...upTo(count)],
          );
          assert.ok(training.length > 0 && heldOut.length > 0 === share > 0);
          assert.ok(Math.abs(heldOut.length - share * count) <= 1);
          for (const part of [training, heldOut]) assert.deepEqual(part, part.slice().sort());
        },
      ),
    );
    assert.notDeepEqual(holdOut(100, 0.1, 3).heldOut, holdOut(100, 0.1, 4).heldOut);
    assert.deepEqual(holdOut(100, 0.1, 3), holdOut(100, 0.1, 3));
  });
});

describe('the order of an epoch', () => {
  test('each image at most once, whole batches only, another order in each epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 }), (count, batch) => {
        const training = upTo(count).map((i) => 3 * i);
        const order = epochOrder(training, batch, 1, 1);
        assert.equal(order.length, stepsPerEpoch(count, batch) * batch);
        assert.ok(order.every((index) => training.includes(index)));
        const repeats = count < batch ? Math.ceil(batch / count) : 1;
        for (const index of training) assert.ok(order.filter((other) => other === index).length <= repeats);
        if (count < batch) assert.equal(new Set(order).size, count);
      }),
    );
    const training = upTo(100);
    assert.deepEqual(epochOrder(training, 10, 1, 1), epochOrder(training, 10, 1, 1));
    assert.notDeepEqual(epochOrder(training, 10, 1, 1), epochOrder(training, 10, 1, 2));
    assert.notDeepEqual(epochOrder(training, 10, 1, 1), epochOrder(training, 10, 2, 1));
  });
});

describe('schedules', () => {
  const rates = (kind: 'constant' | 'step' | 'cosine', warmup = 0, steps = 4, epochs = 2) =>
    Array.from({ length: steps * epochs }, (_, i) =>
      learningRateAt({ kind, learningRate: 1, warmup }, i + 1, steps, epochs),
    );
  const near = (actual: readonly number[], expected: readonly number[]) => {
    assert.equal(actual.length, expected.length);
    for (const [i, rate] of actual.entries())
      assert.ok(Math.abs(rate - expected[i]!) < 1e-12, `${i}: ${rate}`);
  };

  test('constant', () => near(rates('constant'), new Array(8).fill(1)));

  test('a tenth after a half and after three quarters of all steps', () => {
    near(rates('step'), [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]);
    near(rates('step', 0, 3, 1), [1, 1, 0.1]);
  });

  test('a cosine towards 0', () => {
    const half = Math.SQRT1_2;
    near(rates('cosine', 0, 4, 1), [1, (1 + half) / 2, 0.5, (1 - half) / 2]);
  });

  test('a warm-up of some epochs, perhaps of all', () => {
    near(rates('constant', 1), [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]);
    near(rates('cosine', 0.5, 4, 1), [0.5, 1, 1, 0.5]);
    near(
      rates('cosine', 2),
      [1, 2, 3, 4, 5, 6, 7, 8].map((step) => step / 8),
    );
    near(
      rates('step', 5),
      [1, 2, 3, 4, 5, 6, 7, 8].map((step) => step / 8),
    );
  });
});
