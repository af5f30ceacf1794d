import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ElementType, Tensor, TensorData } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { propagate } from '../../src/onnx/shapes/infer.js';
import { userError } from '../support/errors.js';
import { type AttributesDescription, f32, i64, modelBytes, node } from '../support/onnx_builder.js';
import { runOnnx } from '../support/onnxruntime.js';

interface Case {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly type?: ElementType;
  readonly attributes?: AttributesDescription;
  readonly opset?: number;
}

const tensor = (type: ElementType, data: TensorData, shape: readonly number[] = [data.length]): Tensor => ({
  type,
  shape,
  data,
});
const bool = (...values: number[]) => tensor('bool', Uint8Array.from(values));
const i32 = (...values: number[]) => tensor('int32', Int32Array.from(values));

function bytesOf({ op, inputs, attributes, opset, type = 'int64' }: Case): Uint8Array {
  return modelBytes({
    inputs: {},
    initializers: Object.fromEntries(inputs.map((input, i) => [`i${i}`, input])),
    outputs: { out: { type } },
    opset,
    nodes: [
      node(
        op,
        Object.keys(inputs).map((i) => `i${i}`),
        ['out'],
        attributes,
      ),
    ],
  });
}

function evaluated(testCase: Case): Tensor | undefined {
  const { graph } = loadModel(bytesOf(testCase), { file: 'm' });
  return propagate(graph, new Map()).constants.get('out');
}

const MATRIX = i64([1, -2, 3, 4, 5, 6], [2, 3]);
const CASES: readonly Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Min', 'Max'].flatMap((op): Case[] => [
    { op, inputs: [i64([7, -7, 7, -7]), i64([2, 2, -2, -2])] },
    { op, inputs: [MATRIX, i64([2, 3, -4])] },
    { op, inputs: [i32(9, -9), i32(4)], type: 'int32' },
  ]),
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'].map((op): Case => {
    return { op, inputs: [f32([3], [0.1, -7.3, 1e30]), f32([2, 1], [0.3, 1e-20])], type: 'float32' };
  }),
  { op: 'Mod', inputs: [f32([2], [-7.5, 7.5]), f32([1], [2])], attributes: { fmod: 1 }, type: 'float32' },
  ...['Equal', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual'].map((op): Case => {
    return { op, inputs: [i64([1, 2, 3]), i64([2])], type: 'bool' };
  }),
  { op: 'And', inputs: [bool(0, 0, 1, 1), bool(0, 1, 0, 1)], type: 'bool' },
  { op: 'Or', inputs: [bool(0, 0, 1, 1), bool(0, 1, 0, 1)], type: 'bool' },
  { op: 'Not', inputs: [bool(0, 1)], type: 'bool' },
  { op: 'Where', inputs: [bool(0, 1), i64([-1, -1]), MATRIX].with(2, i64([5, 6])) },
  { op: 'Where', inputs: [bool(1, 0), f32([2, 1], [1, 2]), f32([1], [9])], type: 'float32' },
  { op: 'Neg', inputs: [MATRIX] },
  { op: 'Abs', inputs: [MATRIX] },
  ...['Floor', 'Ceil', 'Sqrt'].map(
    (op): Case => ({ op, inputs: [f32([3], [0.7, 2, 6.5])], type: 'float32' }),
  ),
  { op: 'Cast', inputs: [f32([4], [1.9, -1.9, 0.5, 3])], attributes: { to: 7 } },
  { op: 'Cast', inputs: [MATRIX], attributes: { to: 1 }, type: 'float32' },
  { op: 'Cast', inputs: [f32([3], [0, 0.1, -2])], attributes: { to: 9 }, type: 'bool' },
  { op: 'Cast', inputs: [bool(0, 1)], attributes: { to: 7 } },
  ...['ReduceProd', 'ReduceMax', 'ReduceMin'].map(
    (op): Case => ({ op, inputs: [MATRIX], attributes: { axes: [1] } }),
  ),
  { op: 'ReduceProd', inputs: [MATRIX], attributes: { keepdims: 0 } },
  { op: 'ReduceSum', inputs: [MATRIX, i64([0])], attributes: { keepdims: 0 } },
  { op: 'Shape', inputs: [MATRIX] },
  { op: 'Size', inputs: [MATRIX] },
  { op: 'ConstantOfShape', inputs: [i64([2, 2])], type: 'float32' },
  { op: 'ConstantOfShape', inputs: [i64([3])], attributes: { value: i64([-7]) } },
  { op: 'Range', inputs: [i64([7], []), i64([-4], []), i64([-3], [])] },
  { op: 'Concat', inputs: [MATRIX, i64([7, 8], [2, 1])], attributes: { axis: 1 } },
  { op: 'Concat', inputs: [i64([2 ** 53]), i64([])], attributes: { axis: 0 } },
  { op: 'Gather', inputs: [MATRIX, i64([-1, 0])], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [MATRIX, i64([1], [])] },
  { op: 'Slice', inputs: [MATRIX, i64([-1, 1]), i64([-9, 2]), i64([1, 0]), i64([-2, 1])] },
  { op: 'Transpose', inputs: [i64([...Array(24).keys()], [2, 3, 4])], attributes: { perm: [2, 0, 1] } },
  { op: 'Expand', inputs: [i64([1, 2], [2, 1]), i64([3, 1, 2])] },
  { op: 'Reshape', inputs: [MATRIX, i64([3, -1])] },
  { op: 'Squeeze', inputs: [i64([5]), i64([0])] },
  { op: 'Unsqueeze', inputs: [MATRIX, i64([0, -1])] },
];

describe('small tensors are evaluated as onnxruntime does', () => {
  for (const testCase of CASES) {
    test(`${testCase.op} ${testCase.inputs.map(({ type, shape }) => `${type}[${shape}]`)}`, async () => {
      const { out } = await runOnnx(bytesOf(testCase));
      assert.deepEqual(evaluated(testCase), out);
    });
  }
});

test('what numbers cannot hold is left to onnxruntime', () => {
  const huge = tensor('int64', BigInt64Array.of(2n ** 62n));
  assert.equal(evaluated({ op: 'Add', inputs: [huge, i64([1])] }), undefined);
  assert.equal(evaluated({ op: 'Mul', inputs: [i64([2 ** 40]), i64([2 ** 40])] }), undefined);
  assert.equal(evaluated({ op: 'Div', inputs: [i64([1]), i64([0])] }), undefined);
  assert.equal(evaluated({ op: 'Add', inputs: [f32([5000]), f32([5000])], type: 'float32' }), undefined);
});

test('an index outside is an error', () => {
  assert.throws(
    () => evaluated({ op: 'Gather', inputs: [MATRIX, i64([2])] }),
    userError(/Gather_0/, /index 2/),
  );
});
