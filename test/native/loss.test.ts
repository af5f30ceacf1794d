import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tensor } from '../../src/onnx/graph.js';
import { randomTensor, seeded } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { differences, largestDifference, runTraining } from '../support/training_op.js';

interface Settings {
  readonly labelSmoothing: number;
  readonly distillWeight: number;
  readonly temperature: number;
  readonly scale: number;
}
const plain: Settings = { labelSmoothing: 0, distillWeight: 0, temperature: 1, scale: 1 };

function logSoftmax(x: readonly number[]): number[] {
  const top = Math.max(...x);
  const sum = x.reduce((all, value) => all + Math.exp(value - top), 0);
  return x.map((value) => value - top - Math.log(sum));
}

/** The mean loss in float64. */
function lossOf(
  logits: ArrayLike<number>,
  labels: readonly number[],
  teacher: ArrayLike<number> | undefined,
  s: Settings,
) {
  const classes = logits.length / labels.length;
  const rowOf = (x: ArrayLike<number>, i: number, divisor = 1) =>
    Array.from({ length: classes }, (_, c) => x[i * classes + c]! / divisor);
  let loss = 0;
  for (const [i, label] of labels.entries()) {
    const logP = logSoftmax(rowOf(logits, i));
    const target = (c: number) => (1 - s.labelSmoothing) * (c === label ? 1 : 0) + s.labelSmoothing / classes;
    loss -= (1 - s.distillWeight) * logP.reduce((sum, value, c) => sum + target(c) * value, 0);
    if (teacher === undefined) continue;
    const logS = logSoftmax(rowOf(logits, i, s.temperature));
    const divergence = logSoftmax(rowOf(teacher, i, s.temperature)).reduce(
      (sum, logT, c) => sum + Math.exp(logT) * (logT - logS[c]!),
      0,
    );
    loss += s.distillWeight * s.temperature ** 2 * divergence;
  }
  return loss / labels.length;
}

function run(logits: Tensor, labels: readonly number[], teacher?: Tensor, settings: Settings = plain) {
  return runTraining({
    type: 'SoftmaxCrossEntropy',
    inputs: [logits, f32([labels.length], labels), teacher],
    outputs: [[1], [1], logits.shape],
    attributes: { ...settings },
  });
}

describe('SoftmaxCrossEntropy', () => {
  const settings = fc.record({
    labelSmoothing: fc.constantFrom(0, 0.1, 1),
    distillWeight: fc.constantFrom(0, 0.5, 1),
    temperature: fc.constantFrom(1, 4, 0.5),
    scale: fc.constantFrom(1, 1024, 0.25),
  });
  test('equals a float64 reference, its gradient differences', async () => {
    const size = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(size, size, settings, fc.nat(), async (samples, classes, s, seed) => {
        const random = seeded(seed);
        const logits = randomTensor([samples, classes], random, -5, 5);
        const labels = Array.from({ length: samples }, () => random.integer(classes));
        const teacher = s.distillWeight > 0 ? randomTensor([samples, classes], random, -5, 5) : undefined;
        const of = (x: ArrayLike<number>) => lossOf(x, labels, teacher?.data as Float32Array, s);
        const values = logits.data as Float32Array;
        const [loss, correct, gradient] = await run(logits, labels, teacher, s);
        assert.ok(Math.abs(loss![0]! - of(values)) < 1e-6 * (1 + Math.abs(of(values))));
        const expected = differences(values, (x) => of(x) * s.scale);
        const error = largestDifference(gradient!, expected);
        assert.ok((error * samples) / s.scale < 5e-6 * s.temperature, `${error}`);
        const hits = labels.filter((label, i) => {
          const row = values.subarray(i * classes, (i + 1) * classes);
          return row.indexOf(Math.max(...row)) === label;
        });
        assert.equal(correct![0], hits.length);
      }),
      { numRuns: 80 },
    );
  });

  test('many samples and classes', async () => {
    const random = seeded(9);
    const logits = randomTensor([700, 100], random, -8, 8);
    const labels = Array.from({ length: 700 }, () => random.integer(100));
    const [loss, , gradient] = await run(logits, labels);
    const expected = lossOf(logits.data as Float32Array, labels, undefined, plain);
    assert.ok(Math.abs(loss![0]! - expected) < 1e-6 * expected);
    const wanted = Float64Array.from({ length: 70_000 }, (_, i) => {
      const row = Math.floor(i / 100);
      const logP = logSoftmax([...(logits.data as Float32Array).subarray(row * 100, row * 100 + 100)]);
      return (Math.exp(logP[i % 100]!) - (labels[row] === i % 100 ? 1 : 0)) / 700;
    });
    assert.ok(relativeError(gradient!, wanted) < 1e-6);
  });

  test('large logits neither overflow nor lose the loss', async () => {
    const [loss, correct, gradient] = await run(f32([2, 3], [1e30, -1e30, 0, -300, 300, 0]), [0, 0]);
    assert.equal(loss![0], 300);
    assert.equal(correct![0], 1);
    assert.deepEqual([...gradient!], [0, 0, 0, -0.5, 0.5, 0]);
  });

  test('a teacher that excludes a class', async () => {
    const teacher = f32([1, 3], [0, -Infinity, 0]);
    const s = { ...plain, distillWeight: 1 };
    const [loss, , gradient] = await run(f32([1, 3], [0, 0, 0]), [0], teacher, s);
    assert.ok(Math.abs(loss![0]! - Math.log(1.5)) < 1e-6);
    assert.ok(relativeError(gradient!, [-1 / 6, 1 / 3, -1 / 6]) < 1e-6);
  });

  test('of equal scores the first one is the prediction; NaN is none', async () => {
    const count = async (logits: readonly number[], label: number) => {
      const [, correct] = await run(f32([1, logits.length], logits), [label]);
      return correct![0];
    };
    assert.equal(await count([2, 2, 1], 0), 1);
    assert.equal(await count([2, 2, 1], 1), 0);
    assert.equal(await count([Number.NaN, 2, 1], 1), 0);
    assert.equal(await count([Number.NaN, 2, 1], 0), 0);
  });

  test('a logit that is not finite gives a loss that is not', async () => {
    for (const bad of [Number.NaN, Infinity]) {
      const [loss] = await run(f32([2, 2], [0, 1, bad, 0]), [0, 1]);
      assert.ok(!Number.isFinite(loss![0]));
    }
  });

  test('a label that is no class is refused, with its sample', async () => {
    for (const label of [3, -1, 0.5, Number.NaN, Infinity, 2 ** 31]) {
      await assert.rejects(run(randomTensor([3, 3], seeded(1)), [0, label, 1]), {
        message: /^'x1': the label of sample 1 is .*, not a class from 0 to 2$/,
      });
    }
  });

  test('settings that make no sense are refused', async () => {
    const logits = randomTensor([2, 3], seeded(1));
    const cases: [Partial<Settings>, RegExp][] = [
      [{ distillWeight: 0.5 }, /distillation needs the teacher's logits/],
      [{ distillWeight: 1.5 }, /'distillWeight' must be from 0/],
      [{ labelSmoothing: -0.1 }, /'labelSmoothing' must be from 0/],
      [{ temperature: 0 }, /the temperature must be above 0/],
    ];
    for (const [change, message] of cases) {
      await assert.rejects(run(logits, [0, 1], undefined, { ...plain, ...change }), { message });
    }
    await assert.rejects(run(logits, [0, 1], randomTensor([2, 4], seeded(1))), /'x2' must have the shape/);
    await assert.rejects(run(logits, [0, 1, 2]), /'x1' must have the shape \[2\]/);
  });
});
