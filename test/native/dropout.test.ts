import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestPlan } from '../support/engine.js';
import { randomTensor, seeded } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { runTraining, scalar, trainingPlan } from '../support/training_op.js';

const ones = (count: number) => f32([count], new Float32Array(count).fill(1));

const dropout = async (count: number, seed: number, ratio: number, salt = 0) => {
  const inputs = [ones(count), scalar(seed)];
  const [y] = await runTraining({ type: 'Dropout', inputs, outputs: [[count]], attributes: { ratio, salt } });
  return y!;
};

describe('Dropout', () => {
  test('leaves out the ratio that it is told, and keeps the mean', async () => {
    const count = 200_000;
    for (const ratio of [0.05, 0.5, 0.9]) {
      const y = await dropout(count, 7, ratio);
      const kept = y.filter((value) => value !== 0);
      assert.ok(kept.every((value) => value === Math.fround(1 / (1 - ratio))));
      const deviation = Math.sqrt(count * ratio * (1 - ratio));
      assert.ok(Math.abs(count - kept.length - count * ratio) < 5 * deviation, `${kept.length} kept`);
    }
  });

  test('draws independently for neighbours, seeds and salts', async () => {
    const count = 100_000;
    const zeros = async (seed: number, salt: number) => {
      const y = await dropout(count, seed, 0.5, salt);
      return Array.from(y, (value) => (value === 0 ? 1 : -1));
    };
    const base = await zeros(1, 0);
    const others = [await zeros(2, 0), await zeros(1, 1), await zeros(2 ** 20, 0), await zeros(0, 0)];
    for (const distance of [1, 2, 3, 16, 32, 1024, 16384]) others.push(base.slice(distance));
    for (const other of others) {
      const length = Math.min(base.length, other.length);
      let agreement = 0;
      for (let i = 0; i < length; i++) agreement += base[i]! * other[i]!;
      assert.ok(Math.abs(agreement) < 5 * Math.sqrt(length), `${agreement} of ${length}`);
    }
  });

  test('of the same seed and salt is the same, as its gradient needs', async () => {
    const x = randomTensor([3, 50, 200], seeded(1));
    const run = (overwrites?: number) =>
      runTraining({
        type: 'Dropout',
        inputs: [x, scalar(12)],
        outputs: [x.shape],
        attributes: { ratio: 0.3, salt: 5 },
        overwrites,
      });
    const [[y], [again]] = [await run(), await run(0)];
    assert.deepEqual(again, y);
    const mask = await dropout(30_000, 12, 0.3, 5);
    assert.deepEqual(
      y,
      mask.map((value, i) => (value === 0 ? 0 : value * (x.data[i] as number))),
    );
  });

  test('of ratio 0 changes nothing, and what is left out need not be finite', async () => {
    const x = randomTensor([1000], seeded(2));
    const [same] = await runTraining({
      type: 'Dropout',
      inputs: [x, scalar(1)],
      outputs: [[1000]],
      attributes: { ratio: 0, salt: 0 },
    });
    assert.deepEqual(same, x.data);
    const [y] = await runTraining({
      type: 'Dropout',
      inputs: [f32([1000], new Float32Array(1000).fill(Infinity)), scalar(1)],
      outputs: [[1000]],
      attributes: { ratio: 0.5, salt: 0 },
    });
    assert.deepEqual([...new Set(y)].sort(), [0, Infinity]);
  });

  test('of a ratio outside [0, 1) is refused', () => {
    for (const [ratio, message] of [
      [1, /a ratio of 1 leaves nothing/],
      [-0.1, /'ratio' must be from 0/],
      [Number.NaN, /'ratio' must be from 0/],
    ] as const) {
      const op = { type: 'Dropout', inputs: [ones(4), scalar(0)], outputs: [[4]] };
      assert.throws(() => createTestPlan(trainingPlan({ ...op, attributes: { ratio, salt: 0 } })), {
        message,
      });
    }
  });
});
