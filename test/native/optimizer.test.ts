import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlanAttribute } from '../../src/engine/plan.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import type { Tensor } from '../../src/onnx/graph.js';
import { createTestPlan } from '../support/engine.js';
import { randomTensor, seeded } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { runTraining, scalar } from '../support/training_op.js';

const numbers = (tensor: Tensor) => tensor.data as Float32Array;

/** Parameters and moments after `steps` steps of the native op, each with its gradient. */
async function train(
  type: string,
  start: readonly Tensor[],
  gradients: readonly Tensor[],
  scalars: (step: number) => readonly number[],
  attributes: Readonly<Record<string, PlanAttribute>>,
): Promise<Float32Array[]> {
  let [p, ...moments] = start as [Tensor, ...Tensor[]];
  for (const [i, g] of gradients.entries()) {
    const inputs = [p, g, ...moments, ...scalars(i).map(scalar)];
    const outputs = [0, ...moments.map((_, m) => m + 2)];
    const results = await runTraining({ type, inputs, outputs, attributes });
    [p, ...moments] = results.map((values) => f32(p.shape, values)) as [Tensor, ...Tensor[]];
  }
  return [p, ...moments].map(numbers);
}

const clipFactor = (clipNorm: number, norm: number) => Math.min(1, clipNorm / (norm + 1e-6));

const common = {
  count: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constant(20_000)),
  weightDecay: fc.constantFrom(0, 5e-4, 0.1),
  clipNorm: fc.constantFrom(Infinity, 1, 0.01),
  norm: fc.constantFrom(0.5, 1, 30),
  rate: fc.constantFrom(0.1, 1e-3),
  seed: fc.nat(),
};

test('SgdUpdate follows the definition', async () => {
  const cases = fc.record({ ...common, momentum: fc.constantFrom(0, 0.9), nesterov: fc.constantFrom(0, 1) });
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      const random = seeded(c.seed);
      const p = Float64Array.from(numbers(randomTensor([c.count], random)));
      const v = new Float64Array(c.count);
      const gradients = [1, 2, 3].map(() => randomTensor([c.count], random));
      const [actualP, actualV] = await train(
        'SgdUpdate',
        [f32([c.count], p), f32([c.count], v)],
        gradients,
        () => [c.norm, c.rate, 1],
        { momentum: c.momentum, nesterov: c.nesterov, weightDecay: c.weightDecay, clipNorm: c.clipNorm },
      );
      for (const g of gradients) {
        for (let i = 0; i < p.length; i++) {
          const gradient = numbers(g)[i]! * clipFactor(c.clipNorm, c.norm) + c.weightDecay * p[i]!;
          v[i] = c.momentum * v[i]! + gradient;
          p[i]! -= c.rate * (c.nesterov ? gradient + c.momentum * v[i]! : v[i]!);
        }
      }
      assert.ok(relativeError(actualP!, p) < 1e-6);
      assert.ok(relativeError(actualV!, v) < 1e-6);
    }),
    { numRuns: 40 },
  );
});

test('AdamUpdate follows the definition, with and without decoupled weight decay', async () => {
  const cases = fc.record({
    ...common,
    beta1: fc.constantFrom(0.9, 0),
    beta2: fc.constantFrom(0.999, 0.5),
    decoupled: fc.constantFrom(0, 1),
    first: fc.constantFrom(1, 1000),
  });
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      const random = seeded(c.seed);
      const p = Float64Array.from(numbers(randomTensor([c.count], random)));
      const m = Float64Array.from(numbers(randomTensor([c.count], random)));
      const v = Float64Array.from(numbers(randomTensor([c.count], random, 0.1, 1)));
      const gradients = [1, 2, 3].map(() => randomTensor([c.count], random));
      const { beta1, beta2, weightDecay, decoupled, clipNorm } = c;
      const actual = await train(
        'AdamUpdate',
        [p, m, v].map((values) => f32([c.count], values)),
        gradients,
        (step) => [c.norm, c.rate, 1, c.first + step],
        { beta1, beta2, epsilon: 1e-8, weightDecay, decoupled, clipNorm },
      );
      for (const [s, g] of gradients.entries()) {
        const correction1 = 1 - beta1 ** (c.first + s);
        const correction2 = 1 - beta2 ** (c.first + s);
        for (let i = 0; i < p.length; i++) {
          let gradient = numbers(g)[i]! * clipFactor(clipNorm, c.norm);
          if (decoupled) p[i]! *= 1 - c.rate * weightDecay;
          else gradient += weightDecay * p[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * gradient;
          v[i] = beta2 * v[i]! + (1 - beta2) * gradient ** 2;
          p[i]! -= (c.rate * (m[i]! / correction1)) / (Math.sqrt(v[i]! / correction2) + 1e-8);
        }
      }
      assert.ok(relativeError(actual[0]!, p) < 2e-6, `${relativeError(actual[0]!, p)}`);
      assert.ok(relativeError(actual[1]!, m) < 1e-6);
      assert.ok(relativeError(actual[2]!, v) < 1e-6);
    }),
    { numRuns: 40 },
  );
});

describe('nothing changes', () => {
  const start = [1, 2, 3].map((seed) => randomTensor([40], seeded(seed), 0.1, 1));
  const g = randomTensor([40], seeded(4));
  const sgd = { momentum: 0.9, nesterov: 0, weightDecay: 0.1, clipNorm: 1 };
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, decoupled: 1, clipNorm: 1 };
  const cases: [string, number, number][] = [
    ['where apply is 0', 1, 0],
    ['where the norm is NaN', Number.NaN, 1],
    ['where the norm is infinite', Infinity, 1],
  ];
  for (const [what, norm, apply] of cases) {
    test(what, async () => {
      const bySgd = await train('SgdUpdate', start.slice(0, 2), [g], () => [norm, 0.1, apply], sgd);
      assert.deepEqual(bySgd, start.slice(0, 2).map(numbers));
      const byAdam = await train('AdamUpdate', start, [g], () => [norm, 0.1, apply, 1], adam);
      assert.deepEqual(byAdam, start.map(numbers));
    });
  }
  test('in an average where apply is 0', async () => {
    const inputs = [start[0]!, g, scalar(0)];
    const [average] = await runTraining({
      type: 'EmaUpdate',
      inputs,
      outputs: [0],
      attributes: { decay: 0.9 },
    });
    assert.deepEqual(average, numbers(start[0]!));
  });
});

test('AdamUpdate without a step is an error', async () => {
  const vectors = [1, 2, 3].map((seed) => randomTensor([4], seeded(seed), 0, 1));
  const attributes = { beta1: 0.9, beta2: 0.9, epsilon: 1e-8, weightDecay: 0, decoupled: 0, clipNorm: 1 };
  for (const step of [0, -1, Number.NaN]) {
    await assert.rejects(
      train('AdamUpdate', vectors, [vectors[0]!], () => [1, 0.1, 1, step], attributes),
      /the step must be at least 1/,
    );
  }
});

test('after an error in a run its further updates change nothing', async () => {
  const builder = new PlanBuilder();
  const g = builder.tensor('f32', [3], 'g');
  const state = (name: string) => builder.state([3], name);
  const number = (value: number) => builder.constant(Float32Array.of(value), [1], `${value}`);
  const [one, zero] = [number(1), number(0)];
  const adam = ['p', 'mean', 'square'].map(state) as [number, number, number];
  const sgd = ['p', 'velocity'].map(state) as [number, number];
  const [average, sum] = [state('average'), state('sum')];
  const limits = { weightDecay: 0, clipNorm: 1 };
  builder.op('AdamUpdate', 'adam', [adam[0], g, adam[1], adam[2], one, one, one, zero], adam, {
    ...limits,
    beta1: 0.9,
    beta2: 0.9,
    epsilon: 1e-8,
    decoupled: 0,
  });
  const sgdInputs = [sgd[0], g, sgd[1], one, one, one];
  builder.op('SgdUpdate', 'sgd', sgdInputs, sgd, { ...limits, momentum: 0, nesterov: 0 });
  builder.op('EmaUpdate', 'ema', [average, g, one], [average], { decay: 0.5 });
  builder.op('Accumulate', 'accumulate', [sum, g, one], [sum]);
  const plan = createTestPlan(builder.finish([g], [sum], 0));
  await assert.rejects(plan.run([Float32Array.of(1, 2, 3)]), /the step must be at least 1/);
  for (let i = 0; i < 7; i++) assert.deepEqual([...plan.readState(i)], [0, 0, 0], `state ${i}`);
});

test('an update whose outputs are not its own states is refused', async () => {
  const p = randomTensor([4], seeded(1));
  const op = {
    type: 'SgdUpdate',
    inputs: [p, p, p, scalar(1), scalar(1), scalar(1)],
    attributes: { momentum: 0, nesterov: 0, weightDecay: 0, clipNorm: Infinity },
  };
  await assert.rejects(runTraining({ ...op, outputs: [[4], 2] }), {
    message: "SgdUpdate 'op': output 0 must be the same tensor as input 0",
  });
  await assert.rejects(
    runTraining({ ...op, outputs: [2, 0] }),
    /output 0 must be the same tensor as input 0/,
  );
  await assert.rejects(
    runTraining({ ...op, outputs: [0, 1] }),
    /output 1 must be the same tensor as input 2/,
  );
});

test('EmaUpdate moves the average by its share', async () => {
  const [average, p] = [randomTensor([20_000], seeded(1)), randomTensor([20_000], seeded(2))];
  const [moved] = await runTraining({
    type: 'EmaUpdate',
    inputs: [average, p, scalar(1)],
    outputs: [0],
    attributes: { decay: 0.99 },
  });
  const expected = Float64Array.from(numbers(average), (value, i) => 0.99 * value + 0.01 * numbers(p)[i]!);
  assert.ok(relativeError(moved!, expected) < 1e-6);
});

test('Accumulate adds, or begins anew', async () => {
  const [sum, g] = [randomTensor([7, 5000], seeded(1)), randomTensor([7, 5000], seeded(2))];
  const run = (restart: number) =>
    runTraining({ type: 'Accumulate', inputs: [sum, g, scalar(restart)], outputs: [0] });
  assert.deepEqual((await run(1))[0], g.data);
  const added = numbers(sum).map((value, i) => value + numbers(g)[i]!);
  assert.deepEqual((await run(0))[0], added);
});

describe('GradientNorm', () => {
  const norm = async (...tensors: Tensor[]) => {
    const [value] = await runTraining({ type: 'GradientNorm', inputs: tensors, outputs: [[1]] });
    return value![0]!;
  };
  test('is the Euclidean norm over all tensors', async () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 16_000, max: 40_000 })),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (counts, seed) => {
        const random = seeded(seed);
        const tensors = counts.map((count) => randomTensor([count], random));
        let sum = 0;
        for (const tensor of tensors) for (const value of numbers(tensor)) sum += value ** 2;
        const expected = Math.fround(Math.sqrt(sum));
        assert.ok(Math.abs((await norm(...tensors)) - expected) <= 1e-7 * expected);
      }),
      { numRuns: 25 },
    );
  });
  test('of values whose squares are no floats', async () => {
    assert.equal(await norm(f32([2], [3e30, 4e30])), Math.fround(5e30));
    assert.equal(await norm(f32([2], [3e-30, 4e-30])), Math.fround(5e-30));
    assert.equal(await norm(f32([1], [Infinity]), f32([1], [1])), Infinity);
    assert.ok(Number.isNaN(await norm(f32([2], [1, Number.NaN]))));
  });
});
