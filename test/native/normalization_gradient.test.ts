import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestPlan } from '../support/engine.js';
import { randomTensor, seeded, sizeOf } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { differences, dot, largestDifference, runTraining, trainingPlan } from '../support/training_op.js';

const shapes = (minLength: number, max: number) =>
  fc.array(fc.integer({ min: 1, max }), { minLength, maxLength: 4 });
const place = fc.constantFrom(undefined, 0);

const numbers = (tensor: { readonly data: unknown }) => tensor.data as Float32Array;

/** Softmax or its logarithm along the middle of [outer, size, inner]. */
function softmax(
  x: Float64Array,
  outer: number,
  size: number,
  inner: number,
  logarithm: boolean,
): Float64Array {
  const y = new Float64Array(x.length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const index = (k: number) => (o * size + k) * inner + i;
      let sum = 0;
      for (let k = 0; k < size; k++) sum += Math.exp(x[index(k)]!);
      for (let k = 0; k < size; k++) {
        y[index(k)] = logarithm ? x[index(k)]! - Math.log(sum) : Math.exp(x[index(k)]!) / sum;
      }
    }
  return y;
}

describe('gradients of softmax equal differences', () => {
  for (const logarithm of [false, true]) {
    const type = logarithm ? 'LogSoftmaxGradient' : 'SoftmaxGradient';
    test(type, async () => {
      await fc.assert(
        fc.asyncProperty(shapes(1, 6), fc.nat(3), place, fc.nat(), async (shape, index, overwrites, seed) => {
          const axis = index % shape.length;
          const outer = sizeOf(shape.slice(0, axis));
          const inner = sizeOf(shape.slice(axis + 1));
          const random = seeded(seed);
          const x = Float64Array.from(numbers(randomTensor(shape, random, -4, 4)));
          const g = randomTensor(shape, random);
          const f = (values: Float64Array) => softmax(values, outer, shape[axis]!, inner, logarithm);
          const [dx] = await runTraining({
            type,
            inputs: [g, f32(shape, f(x))],
            outputs: [shape],
            attributes: { outer, axisSize: shape[axis]!, inner },
            overwrites,
          });
          const expected = differences(x, (values) => dot(f(values), numbers(g)));
          assert.ok(largestDifference(dx!, expected) < 2e-6, `${largestDifference(dx!, expected)}`);
        }),
        { numRuns: 40 },
      );
    });
    test(`${type} of long rows`, async () => {
      const random = seeded(3);
      const size = 1003;
      const x = Float64Array.from({ length: 2 * size }, () => random.between(-9, 9));
      const y = softmax(x, 2, size, 1, logarithm);
      const g = randomTensor([2, size], random);
      const [dx] = await runTraining({
        type,
        inputs: [g, f32([2, size], y)],
        outputs: [[2, size]],
        attributes: { outer: 2, axisSize: size, inner: 1 },
      });
      const expected = x.map((_, i) => {
        const row = i - (i % size);
        const gradients = numbers(g).subarray(row, row + size);
        if (!logarithm) return y[i]! * (numbers(g)[i]! - dot(gradients, y.subarray(row)));
        return numbers(g)[i]! - Math.exp(y[i]!) * gradients.reduce((a, b) => a + b, 0);
      });
      assert.ok(relativeError(dx!, expected) < 1e-5);
    });
  }
});

test('LRNGradient equals differences', async () => {
  const parameters = fc.record({
    size: fc.integer({ min: 1, max: 8 }),
    alpha: fc.constantFrom(0.5, 2, -0.01),
    beta: fc.constantFrom(0.75, 0.5, 1.3),
    bias: fc.constantFrom(1, 2.5),
  });
  await fc.assert(
    fc.asyncProperty(shapes(3, 7), parameters, place, fc.nat(), async (shape, p, overwrites, seed) => {
      fc.pre(sizeOf(shape) <= 400);
      const random = seeded(seed);
      const x = numbers(randomTensor(shape, random, -2, 2));
      const g = randomTensor(shape, random);
      const channels = shape[1]!;
      const plane = sizeOf(shape.slice(2));
      const lrn = (values: Float64Array) =>
        values.map((value, i) => {
          const c = Math.floor(i / plane) % channels;
          let sum = 0;
          for (let n = c - Math.floor((p.size - 1) / 2); n <= c + Math.floor(p.size / 2); n++) {
            if (n >= 0 && n < channels) sum += values[i + (n - c) * plane]! ** 2;
          }
          return value / (p.bias + (p.alpha / p.size) * sum) ** p.beta;
        });
      const [dx] = await runTraining({
        type: 'LRNGradient',
        inputs: [g, f32(shape, x)],
        outputs: [shape],
        attributes: p,
        overwrites,
      });
      const expected = differences(x, (values) => dot(lrn(values), numbers(g)));
      assert.ok(relativeError(dx!, expected) < 5e-6, `${relativeError(dx!, expected)}`);
    }),
    { numRuns: 40 },
  );
});

/** Mean and population variance of every channel of [N, C, …], in float64. */
function statistics(shape: readonly number[], x: ArrayLike<number>) {
  const [images, channels] = shape as [number, number];
  const plane = sizeOf(shape.slice(2));
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  const channelOf = (i: number) => Math.floor(i / plane) % channels;
  for (let i = 0; i < x.length; i++) mean[channelOf(i)]! += x[i]! / (images * plane);
  for (let i = 0; i < x.length; i++) {
    variance[channelOf(i)]! += (x[i]! - mean[channelOf(i)]!) ** 2 / (images * plane);
  }
  return { mean, variance, channelOf };
}

function normalized(shape: readonly number[], x: ArrayLike<number>, epsilon: number): Float64Array {
  const { mean, variance, channelOf } = statistics(shape, x);
  return Float64Array.from(x, (value, i) => {
    const c = channelOf(i);
    return (value - mean[c]!) / Math.sqrt(variance[c]! + epsilon);
  });
}

/** Every channel with a mean and a spread of its own. */
function channelValues(shape: readonly number[], seed: number, mean = 3): Float32Array {
  const random = seeded(seed);
  const channels = Array.from({ length: shape[1]! }, () => [
    random.between(-mean, mean),
    random.between(0.1, 2),
  ]);
  const { channelOf } = statistics(shape, []);
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const [center, spread] = channels[channelOf(i)] as [number, number];
    return center + spread * random.between(-1, 1);
  });
}

/** Some with planes of more than a block, some with many small ones. */
const batchShapes = fc.oneof(
  shapes(2, 7),
  fc.constantFrom([40, 3, 5, 7], [3, 2, 40, 41], [1100, 2], [2, 5, 1023], [1, 3, 600], [700, 1, 3]),
);

describe('BatchNormalizationTraining', () => {
  const run = (shape: readonly number[], x: Float32Array, epsilon: number, momentum: number) => {
    const random = seeded(shape.length);
    const vector = (low: number, high: number) => randomTensor([shape[1]!], random, low, high);
    const inputs = [f32(shape, x), vector(-2, 2), vector(-1, 1), vector(-1, 1), vector(0, 2)];
    const attributes = { epsilon, momentum };
    const outputs = [shape, [shape[1]!], [shape[1]!], 3, 4];
    return {
      inputs,
      results: runTraining({ type: 'BatchNormalizationTraining', inputs, outputs, attributes }),
    };
  };

  test('normalizes by the statistics of the batch and moves the running ones', async () => {
    const momentum = fc.constantFrom(0, 0.9, 1);
    await fc.assert(
      fc.asyncProperty(batchShapes, momentum, fc.nat(), async (shape, rate, seed) => {
        const x = channelValues(shape, seed);
        const { inputs, results } = run(shape, x, 0.01, rate);
        const [y, batchMean, inverse, mean, variance] = await results;
        const truth = statistics(shape, x);
        const [scale, bias, oldMean, oldVariance] = inputs.slice(1).map(numbers);
        const expected = normalized(shape, x, 0.01).map((value, i) => {
          return value * scale![truth.channelOf(i)]! + bias![truth.channelOf(i)]!;
        });
        const close = (actual: Float32Array, wanted: ArrayLike<number>) =>
          assert.ok(largestDifference(actual, wanted) < 4e-6, `${largestDifference(actual, wanted)}`);
        close(y!, expected);
        close(batchMean!, truth.mean);
        close(
          inverse!,
          truth.variance.map((value) => 1 / Math.sqrt(value + 0.01)),
        );
        const moved = (old: Float32Array, now: Float64Array) =>
          now.map((v, c) => old[c]! * rate + v * (1 - rate));
        close(mean!, moved(oldMean!, truth.mean));
        close(variance!, moved(oldVariance!, truth.variance));
      }),
      { numRuns: 60 },
    );
  });

  test('a variance far smaller than the mean keeps its digits', async () => {
    const shape = [16, 2, 17, 19];
    const random = seeded(4);
    const x = Float32Array.from({ length: sizeOf(shape) }, () => 1000 + random.between(-0.05, 0.05));
    const [y, , inverse] = await run(shape, x, 1e-12, 0.9).results;
    const { variance } = statistics(shape, x);
    const expected = variance.map((value) => 1 / Math.sqrt(value));
    assert.ok(relativeError(inverse!, expected) < 1e-6, `${relativeError(inverse!, expected)}`);
    assert.ok(y!.every(Number.isFinite));
  });

  test('equal values have no variance', async () => {
    const shape = [3, 2, 30];
    const [y, , inverse] = await run(shape, new Float32Array(180).fill(0.1), 1e-5, 0.9).results;
    assert.ok(relativeError(inverse!, [1 / Math.sqrt(1e-5), 1 / Math.sqrt(1e-5)]) < 1e-6);
    assert.ok(y!.every((value) => Math.abs(value) < 1.001));
  });

  test('running statistics that are no states of their own are refused', async () => {
    const [x, vector] = [randomTensor([2, 3], seeded(1)), randomTensor([3], seeded(2))];
    const op = {
      type: 'BatchNormalizationTraining',
      inputs: [x, vector, vector, vector, vector],
      attributes: { epsilon: 1e-5, momentum: 0.9 },
    };
    await assert.rejects(runTraining({ ...op, outputs: [[2, 3], [3], [3], [3], 4] }), {
      message: "BatchNormalizationTraining 'op': output 3 must be the same tensor as input 3",
    });
    await assert.rejects(runTraining({ ...op, outputs: [[2, 3], [3], [3], 4, 3] }), /same tensor as input 3/);
  });
});

describe('gradients of BatchNormalization equal differences', () => {
  const cases = fc.oneof(shapes(2, 5), fc.constantFrom([3, 2, 3, 7], [9, 4], [2, 1, 12, 5]));
  const epsilon = 0.01;

  test('with the statistics of the batch', async () => {
    await fc.assert(
      fc.asyncProperty(cases, place, fc.nat(), async (shape, overwrites, seed) => {
        const x = channelValues(shape, seed);
        const g = randomTensor(shape, seeded(seed));
        const scale = randomTensor([shape[1]!], seeded(seed + 1), -2, 2);
        const { mean, variance, channelOf } = statistics(shape, x);
        const vector = (values: Float64Array) => f32([shape[1]!], values);
        const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
        const [dx, dscale, dbias] = await runTraining({
          type: 'BatchNormalizationTrainingGradient',
          inputs: [g, f32(shape, x), scale, vector(mean), vector(inverse)],
          outputs: [shape, [shape[1]!], [shape[1]!]],
          overwrites,
        });
        const loss = (values: ArrayLike<number>, scales: ArrayLike<number>) =>
          dot(
            normalized(shape, values, epsilon).map((value, i) => value * scales[channelOf(i)]!),
            numbers(g),
          );
        const wantedX = differences(x, (values) => loss(values, numbers(scale)));
        // Where a channel's elements have one distance from their mean, all of dx is rounding.
        const magnitude = Math.max(
          ...Array.from(inverse, (value, c) => value * Math.abs(numbers(scale)[c]!)),
        );
        const error = largestDifference(dx!, wantedX) / magnitude;
        assert.ok(error < 1e-5, `${error}`);
        const wantedScale = differences(numbers(scale), (values) => loss(x, values));
        assert.ok(
          relativeError(dscale!, wantedScale) < 1e-4 || Math.abs(dscale![0]! - wantedScale[0]!) < 1e-5,
        );
        const wantedBias = new Float64Array(shape[1]!);
        numbers(g).forEach((value, i) => {
          wantedBias[channelOf(i)]! += value;
        });
        assert.ok(largestDifference(dbias!, wantedBias) < 1e-5);
      }),
      { numRuns: 40 },
    );
  });

  test('with fixed statistics', async () => {
    await fc.assert(
      fc.asyncProperty(cases, place, fc.nat(), async (shape, overwrites, seed) => {
        const x = channelValues(shape, seed);
        const random = seeded(seed);
        const g = randomTensor(shape, random);
        const vector = (low: number, high: number) => randomTensor([shape[1]!], random, low, high);
        const [scale, mean, variance] = [vector(-2, 2), vector(-1, 1), vector(0, 2)];
        const { channelOf } = statistics(shape, []);
        const [dx, dscale, dbias] = await runTraining({
          type: 'BatchNormalizationGradient',
          inputs: [g, f32(shape, x), scale, mean, variance],
          outputs: [shape, [shape[1]!], [shape[1]!]],
          attributes: { epsilon },
          overwrites,
        });
        const output = (values: ArrayLike<number>, scales: ArrayLike<number>) =>
          Float64Array.from(values, (value, i) => {
            const c = channelOf(i);
            const spread = Math.sqrt(numbers(variance)[c]! + epsilon);
            return ((value - numbers(mean)[c]!) / spread) * scales[c]!;
          });
        const wantedX = differences(x, (values) => dot(output(values, numbers(scale)), numbers(g)));
        assert.ok(relativeError(dx!, wantedX) < 2e-6);
        const wantedScale = differences(numbers(scale), (values) => dot(output(x, values), numbers(g)));
        assert.ok(relativeError(dscale!, wantedScale) < 1e-5);
        const wantedBias = new Float64Array(shape[1]!);
        numbers(g).forEach((value, i) => {
          wantedBias[channelOf(i)]! += value;
        });
        assert.ok(relativeError(dbias!, wantedBias) < 1e-5);
      }),
      { numRuns: 40 },
    );
  });

  test('over blocks: planes larger than one, and planes gathered into one', async () => {
    for (const shape of [
      [5, 2, 45, 47],
      [300, 2, 7, 3],
      [2100, 3],
    ]) {
      const x = channelValues(shape, 1);
      const g = randomTensor(shape, seeded(2));
      const scale = randomTensor([shape[1]!], seeded(3));
      const { mean, variance, channelOf } = statistics(shape, x);
      const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
      const h = normalized(shape, x, epsilon);
      const count = x.length / shape[1]!;
      const sums = [new Float64Array(shape[1]!), new Float64Array(shape[1]!)] as const;
      numbers(g).forEach((value, i) => {
        sums[0][channelOf(i)]! += value;
        sums[1][channelOf(i)]! += value * h[i]!;
      });
      const [dx, dscale, dbias] = await runTraining({
        type: 'BatchNormalizationTrainingGradient',
        inputs: [g, f32(shape, x), scale, f32([shape[1]!], mean), f32([shape[1]!], inverse)],
        outputs: [shape, [shape[1]!], [shape[1]!]],
      });
      const expected = Float64Array.from(numbers(g), (value, i) => {
        const c = channelOf(i);
        const centered = value - sums[0][c]! / count - (h[i]! * sums[1][c]!) / count;
        return centered * numbers(scale)[c]! * inverse[c]!;
      });
      assert.ok(relativeError(dx!, expected) < 1e-5);
      assert.ok(relativeError(dbias!, sums[0]) < 1e-5);
      assert.ok(relativeError(dscale!, sums[1]) < 1e-5);
    }
  });

  test('where a channel is one element, whose gradient gives way to that of the scale', async () => {
    const random = seeded(6);
    const shape = [1, 300];
    const vector = (low: number) => randomTensor([300], random, low, 2);
    const op = {
      type: 'BatchNormalizationGradient',
      inputs: [randomTensor(shape, random), randomTensor(shape, random), vector(-2), vector(-2), vector(0)],
      outputs: [shape, [300], [300]],
      attributes: { epsilon },
    };
    const plan = trainingPlan(op);
    const tensors = [...plan.tensors];
    tensors[plan.outputs[1]!] = { ...tensors[plan.outputs[1]!]!, storage: tensors[plan.inputs[0]!]!.storage };
    const results = await createTestPlan({ ...plan, tensors }).run(op.inputs.map(numbers));
    assert.deepEqual(results, await runTraining(op));
  });
});

test('the sum over a channel, which a bias gets, keeps its digits over many rows', async () => {
  const shape = [128, 3, 32, 33];
  const random = seeded(8);
  const x = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => (i % 2 ? -0.8 : 1) + random.between(0, 0.3),
  );
  const attributes = { axes: [0, 2, 3] };
  const [sums] = await runTraining({
    type: 'ReduceSum',
    inputs: [f32(shape, x)],
    outputs: [[3]],
    attributes,
  });
  const { mean } = statistics(shape, x);
  const expected = mean.map((value) => value * (x.length / 3));
  const error = largestDifference(sums!, expected) / (x.length / 3);
  assert.ok(error < 2e-8, `${error} of the mean magnitude`);
});
