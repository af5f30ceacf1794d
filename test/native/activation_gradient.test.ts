import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlanAttribute } from '../../src/engine/plan.js';
import { randomTensor, seeded, sizeOf } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { runTraining } from '../support/training_op.js';

interface Activation {
  readonly type: string;
  readonly f: (x: number) => number;
  readonly attributes?: Readonly<Record<string, PlanAttribute>>;
  /** Where f has no derivative. */
  readonly kinks: readonly number[];
  /** Whether the op takes the activation's output instead of its input. */
  readonly fromOutput?: boolean;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

const activations: readonly Activation[] = [
  {
    type: 'ActivationGradient',
    f: (x) => Math.max(x, 0),
    attributes: { low: 0, high: Infinity },
    kinks: [0],
    fromOutput: true,
  },
  {
    type: 'ActivationGradient',
    f: (x) => clip(x, -1.5, 2),
    attributes: { low: -1.5, high: 2 },
    kinks: [-1.5, 2],
    fromOutput: true,
  },
  { type: 'LeakyReluGradient', f: (x) => (x < 0 ? 0.3 * x : x), attributes: { alpha: 0.3 }, kinks: [0] },
  {
    type: 'EluGradient',
    f: (x) => (x < 0 ? 1.7 * Math.expm1(x) : x),
    attributes: { alpha: 1.7 },
    kinks: [0],
  },
  {
    type: 'HardSigmoidGradient',
    f: (x) => clip(0.25 * x + 0.5, 0, 1),
    attributes: { alpha: 0.25, beta: 0.5 },
    kinks: [-2, 2],
  },
  { type: 'HardSwishGradient', f: (x) => x * clip(x / 6 + 0.5, 0, 1), kinks: [-3, 3] },
  { type: 'SigmoidGradient', f: sigmoid, kinks: [], fromOutput: true },
  { type: 'TanhGradient', f: Math.tanh, kinks: [], fromOutput: true },
];

/** Values in (-5, 5) away from the kinks. */
function values(count: number, kinks: readonly number[], seed: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, () => {
    const x = random.between(-5, 5);
    return kinks.some((kink) => Math.abs(x - kink) < 1e-3) ? x + 0.01 : x;
  });
}

describe('gradients of activations equal differences', () => {
  for (const { type, f, attributes, kinks, fromOutput } of activations) {
    test(`${type} ${JSON.stringify(attributes ?? {})}`, async () => {
      const shapes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });
      const place = fc.constantFrom(undefined, 0, 1);
      await fc.assert(
        fc.asyncProperty(shapes, place, fc.nat(), async (shape, overwrites, seed) => {
          const x = values(sizeOf(shape), kinks, seed);
          const g = randomTensor(shape, seeded(seed + 1));
          const value = fromOutput ? x.map(f) : x;
          const inputs = [g, f32(shape, value)];
          const [dx] = await runTraining({ type, inputs, outputs: [shape], attributes, overwrites });
          const expected = Array.from(x, (at, i) => {
            return (g.data[i] as number) * ((f(at + 1e-5) - f(at - 1e-5)) / 2e-5);
          });
          assert.ok(relativeError(dx!, expected) < 2e-6, `${relativeError(dx!, expected)}`);
        }),
        { numRuns: 30 },
      );
    });
  }
});

test('at its bounds a clipped value has no gradient, nor has NaN', async () => {
  const y = [-1, -0.999, 0, 0.999, 1, Number.NaN];
  const [dx] = await runTraining({
    type: 'ActivationGradient',
    inputs: [
      f32(
        [6],
        Float32Array.from(y, () => 2),
      ),
      f32([6], y),
    ],
    outputs: [[6]],
    attributes: { low: -1, high: 1 },
  });
  assert.deepEqual([...dx!], [0, 2, 2, 2, 0, 0]);
});

test('without bounds every value has its gradient', async () => {
  const [dx] = await runTraining({
    type: 'ActivationGradient',
    inputs: [f32([3], [1, 2, 3]), f32([3], [-1e30, 0, 1e30])],
    outputs: [[3]],
    attributes: { low: -Infinity, high: Infinity },
  });
  assert.deepEqual([...dx!], [1, 2, 3]);
});

test('PReluGradient equals differences, for slopes of any shape', async () => {
  const shapes = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), {
    minLength: 1,
    maxLength: 4,
  });
  const place = fc.constantFrom(undefined, 0, 1);
  await fc.assert(
    fc.asyncProperty(shapes, fc.nat(3), place, fc.nat(), async (axes, dropped, overwrites, seed) => {
      const shape = axes.map(([size]) => size);
      const slopeShape = axes.map(([size, kept]) => (kept ? size : 1)).slice(dropped);
      if (slopeShape.length === 0) slopeShape.push(1);
      const random = seeded(seed);
      const g = randomTensor(shape, random);
      const x = f32(shape, values(sizeOf(shape), [0], seed));
      const slope = randomTensor(slopeShape, random);
      const [dx, dslope] = await runTraining({
        type: 'PReluGradient',
        inputs: [g, x, slope],
        outputs: [shape, shape],
        overwrites,
      });
      const strides = slopeShape.map((size, i) => (size === 1 ? 0 : sizeOf(slopeShape.slice(i + 1))));
      const expected = Array.from(x.data as Float32Array, (value, i) => {
        let offset = 0;
        let rest = i;
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          offset += (rest % shape[axis]!) * (strides[axis - shape.length + slopeShape.length] ?? 0);
          rest = Math.floor(rest / shape[axis]!);
        }
        const gradient = g.data[i] as number;
        return value < 0 ? [gradient * (slope.data[offset] as number), gradient * value] : [gradient, 0];
      });
      assert.deepEqual(
        dx,
        Float32Array.from(expected, ([at]) => at!),
      );
      assert.deepEqual(
        dslope,
        Float32Array.from(expected, ([, at]) => at!),
      );
    }),
    { numRuns: 100 },
  );
});
