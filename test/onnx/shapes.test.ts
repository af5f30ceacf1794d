import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Graph } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { bindBatch } from '../../src/onnx/shapes/bind_batch.js';
import { inferShapes } from '../../src/onnx/shapes/infer.js';
import { userError } from '../support/errors.js';
import {
  type AttributesDescription,
  f32,
  float,
  i64,
  type ModelDescription,
  modelBytes,
  node,
} from '../support/onnx_builder.js';
import { runOnnx } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';

interface Case {
  readonly op: string;
  readonly inputs: readonly (readonly number[] | ReturnType<typeof i64> | null)[];
  readonly attributes?: AttributesDescription;
  readonly opset?: number;
  readonly outputs?: number;
}

/** One node; shapes are graph inputs, tensors initializers, null an omitted input. */
function describeModel({ op, inputs, attributes, opset, outputs = 1 }: Case): ModelDescription {
  const names = inputs.map((input, i) => (input === null ? '' : `i${i}`));
  const shapes = inputs.flatMap((input, i) =>
    Array.isArray(input) ? [[`i${i}`, input as number[]] as const] : [],
  );
  const tensors = inputs.flatMap((input, i) =>
    input !== null && 'data' in input ? [[`i${i}`, input] as const] : [],
  );
  const results = Array.from({ length: outputs }, (_, i) => `o${i}`);
  return {
    inputs: Object.fromEntries(shapes),
    initializers: Object.fromEntries(tensors),
    outputs: Object.fromEntries(results.map((name) => [name, { type: outputType(op, attributes) }])),
    opset,
    nodes: [node(op, names, results, attributes)],
  };
}

function outputType(op: string, attributes?: AttributesDescription) {
  if (op === 'Cast') return attributes?.to === 7 ? ('int64' as const) : ('uint8' as const);
  if (['ArgMax', 'Shape', 'Size'].includes(op)) return 'int64' as const;
  if (op === 'QuantizeLinear') return 'uint8' as const;
  return ['Equal', 'Less', 'IsNaN'].includes(op) ? ('bool' as const) : ('float32' as const);
}

const load = (description: ModelDescription): Graph =>
  loadModel(modelBytes(description), { file: 'm' }).graph;
const infer = (testCase: Case): Graph => inferShapes(load(describeModel(testCase)), new Map());

/** The inferred type and shape of each output are those that onnxruntime computes. */
async function agrees(testCase: Case): Promise<void> {
  const description = describeModel(testCase);
  const graph = inferShapes(load(description), new Map());
  const feeds = Object.fromEntries(graph.inputs.map(({ name, shape }) => [name, f32(shape as number[])]));
  const results = await runOnnx(modelBytes(description), feeds);
  for (const [name, { type, shape }] of Object.entries(results)) {
    const inferred = graph.values.get(name);
    const what = `${testCase.op} of ${JSON.stringify(testCase.inputs, (_, v) => (typeof v === 'bigint' ? Number(v) : v))}`;
    assert.deepEqual({ type: inferred?.type, shape: inferred?.shape }, { type, shape }, what);
  }
}

const CASES: readonly Case[] = [
  {
    op: 'Conv',
    inputs: [[2, 4, 9, 7], [6, 2, 3, 3], [6]],
    attributes: { group: 2, pads: [1, 0, 2, 1], strides: [2, 3] },
  },
  {
    op: 'Conv',
    inputs: [
      [1, 2, 9],
      [3, 2, 2],
    ],
    attributes: { dilations: [3] },
  },
  {
    op: 'MaxPool',
    inputs: [[1, 2, 8, 8]],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
  },
  {
    op: 'MaxPool',
    inputs: [[1, 2, 8, 8]],
    attributes: { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [3, 3] },
  },
  {
    op: 'AveragePool',
    inputs: [[1, 2, 5, 5]],
    attributes: { kernel_shape: [2, 2], pads: [1, 1, 0, 0] },
    opset: 7,
  },
  { op: 'GlobalAveragePool', inputs: [[2, 3, 4, 5]] },
  { op: 'Gemm', inputs: [[3, 2], [4, 3], [4]], attributes: { transA: 1, transB: 1 } },
  {
    op: 'MatMul',
    inputs: [
      [5, 1, 2, 3],
      [4, 3, 6],
    ],
  },
  { op: 'MatMul', inputs: [[3], [4, 3, 6]] },
  { op: 'MatMul', inputs: [[2, 3], [3]] },
  { op: 'BatchNormalization', inputs: [[2, 3, 4], [3], [3], [3], [3]] },
  { op: 'Clip', inputs: [[2, 3]], attributes: { min: float(0), max: float(6) }, opset: 7 },
  { op: 'Clip', inputs: [[2, 3], null, f32([])], opset: 13 },
  {
    op: 'PRelu',
    inputs: [
      [2, 3, 4],
      [3, 1],
    ],
  },
  {
    op: 'Add',
    inputs: [
      [2, 1, 4],
      [3, 1],
    ],
  },
  { op: 'Equal', inputs: [[2, 1], [3]] },
  { op: 'Cast', inputs: [[2]], attributes: { to: 7 } },
  {
    op: 'Concat',
    inputs: [
      [2, 3],
      [2, 5],
    ],
    attributes: { axis: -1 },
  },
  { op: 'Split', inputs: [[6, 2]], attributes: { axis: 0, split: [1, 5] }, opset: 11, outputs: 2 },
  { op: 'Split', inputs: [[6, 2], i64([2, 4])], opset: 13, outputs: 2 },
  { op: 'Split', inputs: [[7, 2]], attributes: { num_outputs: 3 }, opset: 18, outputs: 3 },
  { op: 'Slice', inputs: [[9, 5]], attributes: { starts: [1, -3], ends: [100, -1], axes: [0, 1] }, opset: 9 },
  { op: 'Slice', inputs: [[9, 5], i64([-1, 0]), i64([-100, 2 ** 53]), i64([0, -1]), i64([-2, 3])] },
  { op: 'Pad', inputs: [[2, 3]], attributes: { pads: [0, 1, 1, 2], mode: 'reflect' }, opset: 10 },
  { op: 'Pad', inputs: [[2, 5], i64([1, -1, 0, -2])], opset: 13 },
  { op: 'Pad', inputs: [[2, 5], i64([1, 2]), null, i64([-1])], opset: 18 },
  { op: 'Flatten', inputs: [[2, 3, 4]], attributes: { axis: -1 }, opset: 13 },
  { op: 'Flatten', inputs: [[2, 3, 4]], attributes: { axis: 0 } },
  { op: 'Reshape', inputs: [[2, 3, 4], i64([0, -1])] },
  { op: 'Reshape', inputs: [f32([0, 3]), i64([3, 0])], attributes: { allowzero: 1 } },
  { op: 'Squeeze', inputs: [[1, 3, 1]], attributes: { axes: [-1] }, opset: 11 },
  { op: 'Squeeze', inputs: [[1, 3, 1], i64([0])], opset: 13 },
  { op: 'Squeeze', inputs: [[1, 3, 1]], opset: 13 },
  { op: 'Unsqueeze', inputs: [[3]], attributes: { axes: [0, 2] }, opset: 11 },
  { op: 'Unsqueeze', inputs: [[3, 2], i64([-1, 1])], opset: 13 },
  { op: 'Transpose', inputs: [[2, 3, 4]] },
  { op: 'Transpose', inputs: [[2, 3, 4]], attributes: { perm: [1, 2, 0] } },
  { op: 'Expand', inputs: [[3, 1], i64([2, 1, 4])] },
  { op: 'Tile', inputs: [[3, 1], i64([2, 4])] },
  { op: 'Gather', inputs: [[3, 4, 5], i64([0, 1, 1, 2], [2, 2])], attributes: { axis: 1 } },
  { op: 'ReduceMean', inputs: [[2, 3, 4]], attributes: { axes: [-1, 0], keepdims: 0 }, opset: 13 },
  { op: 'ReduceMean', inputs: [[2, 3, 4], i64([1])], opset: 18 },
  { op: 'ReduceSum', inputs: [[2, 3, 4], i64([-2])], attributes: { keepdims: 0 }, opset: 13 },
  { op: 'ReduceSum', inputs: [[2, 3]], attributes: { noop_with_empty_axes: 1 }, opset: 13 },
  { op: 'ReduceMax', inputs: [[2, 3]], opset: 9 },
  { op: 'ArgMax', inputs: [[2, 3]], attributes: { axis: -1 } },
  { op: 'Softmax', inputs: [[2, 3]], opset: 7 },
  { op: 'Dropout', inputs: [[2, 3]], opset: 9 },
  { op: 'Shape', inputs: [[2, 3, 4]], attributes: { start: 1, end: -1 } },
  { op: 'Size', inputs: [[2, 3, 4]] },
  { op: 'QuantizeLinear', inputs: [[2, 3], f32([], [0.5])], opset: 13 },
  { op: 'DepthToSpace', inputs: [[1, 8, 2, 3]], attributes: { blocksize: 2 } },
  { op: 'SpaceToDepth', inputs: [[1, 2, 4, 6]], attributes: { blocksize: 2 } },
  { op: 'HardSwish', inputs: [[2, 3]], opset: 14 },
  { op: 'LRN', inputs: [[1, 3, 4, 4]], attributes: { size: 3 } },
];

describe('inferShapes agrees with onnxruntime', () => {
  for (const testCase of CASES) {
    test(`${testCase.op} ${JSON.stringify(testCase.attributes ?? {})} opset ${testCase.opset ?? 17}`, () =>
      agrees(testCase));
  }

  const size = fc.integer({ min: 1, max: 12 });
  test('convolutions and poolings of random geometry', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          input: fc.integer({ min: 8, max: 20 }),
          kernel: fc.integer({ min: 1, max: 4 }),
          stride: fc.integer({ min: 1, max: 4 }),
          dilation: fc.integer({ min: 1, max: 2 }),
          pad: fc.integer({ min: 0, max: 1 }),
          ceil: fc.boolean(),
          autoPad: fc.constantFrom('NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
          pool: fc.boolean(),
        }),
        async ({ input, kernel, stride, dilation, pad, ceil, autoPad, pool }) => {
          const begin = Math.min(pad, kernel - 1);
          const attributes = {
            kernel_shape: [kernel, kernel],
            strides: [stride, stride],
            auto_pad: autoPad,
            ...(autoPad === 'NOTSET' ? { pads: [begin, 0, begin, begin] } : {}),
            // With auto_pad, onnxruntime refuses dilated convolutions and pads poolings as if not dilated.
            ...(autoPad === 'NOTSET' ? { dilations: [dilation, dilation] } : {}),
          };
          // onnxruntime computes negative pads for such poolings.
          fc.pre(autoPad === 'NOTSET' || !pool || stride <= kernel);
          const x = [1, 2, input, input + 3];
          await agrees(
            pool
              ? {
                  op: 'MaxPool',
                  inputs: [x],
                  attributes: { ...attributes, ceil_mode: Number(ceil && autoPad === 'NOTSET') },
                }
              : { op: 'Conv', inputs: [x, [3, 2, kernel, kernel]], attributes },
          );
        },
      ),
      { numRuns: 80, seed: 7 },
    ));

  test('slices of random bounds', () =>
    fc.assert(
      fc.asyncProperty(
        size,
        fc.integer({ min: -15, max: 15 }),
        fc.integer({ min: -15, max: 15 }),
        fc.constantFrom(-3, -2, -1, 1, 2, 3),
        async (length, start, end, step) => {
          await agrees({ op: 'Slice', inputs: [[length], i64([start]), i64([end]), i64([0]), i64([step])] });
        },
      ),
      { numRuns: 80, seed: 7 },
    ));
});

describe('inferShapes refuses', () => {
  const cases: [string, Case, RegExp][] = [
    [
      'channels that do not fit',
      {
        op: 'Conv',
        inputs: [
          [1, 3, 8, 8],
          [4, 2, 3, 3],
        ],
      },
      /3 channels/,
    ],
    [
      'a wrong kernel_shape',
      {
        op: 'Conv',
        inputs: [
          [1, 2, 8, 8],
          [4, 2, 3, 3],
        ],
        attributes: { kernel_shape: [5, 5] },
      },
      /kernel_shape/,
    ],
    [
      'a kernel beyond its input',
      {
        op: 'Conv',
        inputs: [
          [1, 2, 2, 2],
          [4, 2, 3, 3],
        ],
      },
      /larger/,
    ],
    [
      'zero strides',
      { op: 'MaxPool', inputs: [[1, 2, 8, 8]], attributes: { kernel_shape: [2, 2], strides: [0, 1] } },
      /strides/,
    ],
    [
      'negative pads',
      {
        op: 'Conv',
        inputs: [
          [1, 2, 8, 8],
          [4, 2, 3, 3],
        ],
        attributes: { pads: [-1, 0, 0, 0] },
      },
      /pads/,
    ],
    [
      'unequal inner sizes',
      {
        op: 'MatMul',
        inputs: [
          [2, 3],
          [4, 5],
        ],
      },
      /inner/,
    ],
    ['shapes that do not broadcast', { op: 'Add', inputs: [[2, 3], [4]] }, /broadcast/],
    ['an impossible reshape', { op: 'Reshape', inputs: [[2, 3], i64([4, -1])] }, /\[4,-1\]/],
    ['negative padding that leaves less than nothing', { op: 'Pad', inputs: [[2], i64([-3, 0])] }, /-1/],
    ['more than 2^31 elements', { op: 'Expand', inputs: [[1], i64([65536, 65536])] }, /2\^31/],
    ['repetitions that overflow', { op: 'Tile', inputs: [[4], i64([2 ** 53])] }, /impossible/],
    ['an axis outside', { op: 'Softmax', inputs: [[2, 3]], attributes: { axis: 5 } }, /axis 5/],
    ['a wrong number of splits', { op: 'Split', inputs: [[6], i64([2, 2])], outputs: 2 }, /split/],
    [
      'a permutation that is none',
      { op: 'Transpose', inputs: [[2, 3]], attributes: { perm: [0, 0] } },
      /perm/,
    ],
    ['attributes of a wrong type', { op: 'Concat', inputs: [[2]], attributes: { axis: 'x' } }, /axis/],
  ];
  for (const [what, testCase, pattern] of cases) {
    test(what, () =>
      assert.throws(() => infer(testCase), userError(new RegExp(`node ${testCase.op}_0`), pattern)),
    );
  }
});

test('values behind an operator without a rule stay unknown, unless they are given', () => {
  const graph = load({
    inputs: { x: ['N', 4] },
    outputs: ['z'],
    nodes: [node('Einsum', ['x'], ['y'], { equation: 'ij->ji' }), node('Relu', ['y'], ['z'])],
  });
  const shapes = new Map([['x', [3, 4]]]);
  assert.equal(inferShapes(graph, shapes).values.get('z'), undefined);
  const extra = new Map([['y', { type: 'float32' as const, shape: [4, 3] }]]);
  assert.deepEqual(inferShapes(graph, shapes, extra).values.get('z')?.shape, [4, 3]);
});

describe('bindBatch', () => {
  const graph = (shape: (string | number)[]) =>
    load({ inputs: { image: shape }, outputs: ['z'], nodes: [node('Relu', ['image'], ['z'])] });

  test('gives a dynamic first dimension the batch and keeps a fixed one', () => {
    const dynamic = bindBatch(graph(['N', 3, 8]), 5);
    assert.deepEqual([...dynamic.inputShapes], [['image', [5, 3, 8]]]);
    assert.deepEqual([dynamic.batch, dynamic.fixedBatch], [5, undefined]);
    const fixed = bindBatch(graph([10, 3, 8]), 5);
    assert.deepEqual([fixed.batch, fixed.fixedBatch], [10, 10]);
    assert.equal(bindBatch(graph(['', 3]), 2).batch, 2);
  });

  test('names the dimensions that are open', () => {
    assert.throws(
      () => bindBatch(graph(['N', 3, 'height', '']), 1),
      userError(/'image'/, /height/, /number 3/),
    );
    const given = bindBatch(graph(['N', 3, 'height', '']), 1, { height: 7, 3: 9 });
    assert.deepEqual(given.inputShapes.get('image'), [1, 3, 7, 9]);
  });
});
