import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlanAttribute } from '../../src/engine/plan.js';
import type { Tensor } from '../../src/onnx/graph.js';
import {
  assertLikeOnnx,
  type OnnxNode,
  randomTensor,
  runNative,
  runReference,
  type SingleOp,
  seeded,
  sizeOf,
} from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { fc } from '../support/property.js';

const shape = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 4 });

/** Every element within 1e-5 of its own value: these functions lose nothing to cancellation. */
function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number | bigint>, x: ArrayLike<number>) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    const wanted = Number(expected[i]);
    const same =
      Object.is(actual[i], wanted) || Math.abs(actual[i]! - wanted) <= 1e-5 * Math.abs(wanted) + 1e-37;
    assert.ok(same, `f(${x[i]}) = ${actual[i]}, expected ${wanted}`);
  }
}

// Small and large magnitudes, both signs, and what lies at the edges of float32.
const values = Float32Array.from([
  ...Array.from({ length: 400 }, (_, i) => (i - 200) / 16),
  ...Array.from({ length: 60 }, (_, i) => (i % 2 ? 1 : -1) * 10 ** (i / 8 - 6)),
  0,
  1e-30,
  -1e-30,
  85,
  88,
  89,
  100,
  -85,
  -88,
  -100,
  1e30,
  -1e30,
  Infinity,
  -Infinity,
]);

describe('functions of one element', () => {
  const functions: [string, Readonly<Record<string, PlanAttribute>>, OnnxNode][] = [
    ['Relu', {}, { op: 'Relu' }],
    ['LeakyRelu', { alpha: 0.3 }, { op: 'LeakyRelu', attributes: { alpha: 0.3 } }],
    ['Elu', { alpha: 1.5 }, { op: 'Elu', attributes: { alpha: 1.5 } }],
    ['Sigmoid', {}, { op: 'Sigmoid' }],
    ['Tanh', {}, { op: 'Tanh' }],
    [
      'HardSigmoid',
      { alpha: 0.25, beta: 0.4 },
      { op: 'HardSigmoid', attributes: { alpha: 0.25, beta: 0.4 } },
    ],
    ['HardSwish', {}, { op: 'HardSwish' }],
    ['Clip', { min: -0.5, max: 6 }, { op: 'Clip', extraInputs: [f32([], [-0.5]), f32([], [6])] }],
    ['Clip', { min: -Infinity, max: 6 }, { op: 'Min', extraInputs: [f32([], [6])] }],
  ];
  for (const [type, attributes, onnx] of functions) {
    test(`${type} ${JSON.stringify(attributes)} equals the exact function`, async () => {
      const x = f32([values.length], values);
      const op = { type, inputs: [x], outputShape: x.shape, attributes };
      const exact = exactly(type, attributes);
      assertClose(await runNative(op), Float32Array.from(values, exact), values);
      // onnxruntime approximates exp and tanh where the argument is large or tiny.
      const moderate = f32([400], values.subarray(0, 400));
      await assertLikeOnnx({ ...op, inputs: [moderate], outputShape: [400] }, onnx);
    });
  }
  test('NaN passes through Relu and Clip', async () => {
    const x = f32([3], [Number.NaN, -1, 2]);
    const relu = await runNative({ type: 'Relu', inputs: [x], outputShape: [3] });
    assert.deepEqual([...relu], [Number.NaN, 0, 2]);
    const clip = await runNative({
      type: 'Clip',
      inputs: [x],
      outputShape: [3],
      attributes: { min: 0, max: 1 },
    });
    assert.deepEqual([...clip], [Number.NaN, 0, 1]);
  });
});

function exactly(type: string, a: Readonly<Record<string, PlanAttribute>>): (x: number) => number {
  const number = (name: string) => Math.fround(Number(a[name]));
  const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
  switch (type) {
    case 'Relu':
      return (x) => Math.max(x, 0);
    case 'LeakyRelu':
      return (x) => (x < 0 ? number('alpha') * x : x);
    case 'Elu':
      return (x) => (x < 0 ? number('alpha') * Math.expm1(x) : x);
    case 'Sigmoid':
      return (x) => (x < -100 ? 0 : 1 / (1 + Math.exp(-x)));
    case 'Tanh':
      return Math.tanh;
    case 'HardSigmoid':
      return (x) => clamp(number('alpha') * x + number('beta'), 0, 1);
    case 'HardSwish':
      return (x) => x * clamp(x / 6 + 0.5, 0, 1);
    default:
      return (x) => clamp(x, number('min'), number('max'));
  }
}

describe('functions of two elements broadcast as onnxruntime does', () => {
  // Of every dimension one or both operands have it, the other one has 1; leading ones may be absent.
  const operands = fc.tuple(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom('both', 'a', 'b')), { maxLength: 5 }),
    fc.boolean(),
  );
  const shapesOf = ([dimensions, trim]: [[number, string][], boolean]) => {
    const of = (who: string) => {
      const full = dimensions.map(([size, has]) => (has === 'both' || has === who ? size : 1));
      const first = full.findIndex((size) => size !== 1);
      return trim ? full.slice(first < 0 ? full.length : first) : full;
    };
    return { a: of('a'), b: of('b') };
  };
  const output = (a: number[], b: number[]) => {
    const rank = Math.max(a.length, b.length);
    return Array.from({ length: rank }, (_, i) =>
      Math.max(a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1),
    );
  };
  for (const type of ['Add', 'Sub', 'Mul', 'Div']) {
    test(type, async () => {
      await fc.assert(
        fc.asyncProperty(operands, fc.nat(), async (shapes, seed) => {
          const random = seeded(seed);
          const { a, b } = shapesOf(shapes);
          await assertLikeOnnx(
            {
              type,
              inputs: [randomTensor(a, random), randomTensor(b, random, 0.5, 2)],
              outputShape: output(a, b),
              attributes: { act: 'none' },
            },
            { op: type },
          );
        }),
        { numRuns: 40 },
      );
    });
  }
  test('PRelu', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(15), fc.nat(), async (x, mask, seed) => {
        const random = seeded(seed);
        const slope = x.map((size, i) => (mask & (1 << i) ? size : 1));
        await assertLikeOnnx(
          {
            type: 'PRelu',
            inputs: [randomTensor(x, random), randomTensor(slope, random)],
            outputShape: x,
          },
          { op: 'PRelu' },
        );
      }),
      { numRuns: 40 },
    );
  });
  test('large tensors, which are cut for the threads', async () => {
    const random = seeded(5);
    const shapes: [number[], number[]][] = [
      [
        [3, 8, 50, 50],
        [3, 8, 50, 50],
      ],
      [
        [3, 8, 50, 50],
        [8, 1, 50],
      ],
      [[3, 8, 50, 50], []],
      [[50000], [2, 1]],
    ];
    for (const [a, b] of shapes) {
      const inputs: Tensor[] = [randomTensor(a, random), randomTensor(b, random)];
      const op = { type: 'Mul', inputs, outputShape: output(a, b), attributes: { act: 'none' } };
      const expected = await runReference(op, { op: 'Mul' });
      assert.deepEqual(await runNative(op), Float32Array.from(expected.data as Float32Array));
    }
  });
});

describe('the fused activation', () => {
  const activations: [Readonly<Record<string, PlanAttribute>>, (x: number) => number][] = [
    [{ act: 'relu' }, (x) => Math.max(x, 0)],
    [{ act: 'clip', actMin: -0.25, actMax: 0.5 }, (x) => Math.min(Math.max(x, -0.25), 0.5)],
  ];
  const random = seeded(9);
  const image = [2, 3, 9, 9];
  const attributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };
  const ops: SingleOp[] = [
    {
      type: 'Conv',
      inputs: [randomTensor(image, random), randomTensor([5, 3, 3, 3], random)],
      outputShape: [2, 5, 9, 9],
      attributes: { ...attributes, group: 1 },
    },
    {
      type: 'Conv',
      inputs: [randomTensor(image, random), randomTensor([3, 1, 3, 3], random), randomTensor([3], random)],
      outputShape: image,
      attributes: { ...attributes, group: 3 },
    },
    {
      type: 'Gemm',
      inputs: [randomTensor([7, 400], random), randomTensor([400, 9], random), randomTensor([9], random)],
      outputShape: [7, 9],
      attributes: { transA: 0, transB: 0, alpha: 0.05, beta: 1 },
    },
    {
      type: 'Sub',
      inputs: [randomTensor(image, random), randomTensor([3, 1, 1], random)],
      outputShape: image,
      attributes: {},
    },
  ];
  for (const [activation, f] of activations) {
    test(`${activation.act} is applied last`, async () => {
      for (const op of ops) {
        const plain = await runNative({ ...op, attributes: { ...op.attributes, act: 'none' } });
        const fused = await runNative({ ...op, attributes: { ...op.attributes, ...activation } });
        assert.equal(fused.length, sizeOf(op.outputShape));
        assert.deepEqual(fused, plain.map(f), op.type);
        assert.notDeepEqual(fused, plain);
      }
    });
  }
  test('needs its limits', async () => {
    const op = { ...ops[3]!, attributes: { act: 'clip', actMin: 0 } };
    await assert.rejects(runNative(op), /Sub 'op': attribute 'actMax' is missing/);
  });
});
