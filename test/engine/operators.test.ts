import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CPU } from '../../src/engine/device.js';
import { diagnose } from '../../src/engine/doctor.js';
import { lowerGraph, lowerings, whyNotNative } from '../../src/engine/lower/lower_graph.js';
import { nativeOperators } from '../../src/engine/lower/operators.js';
import { opTypesOf } from '../../src/engine/op_types.js';
import { cutSegments } from '../../src/engine/segments.js';
import type { Graph } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { inferShapes } from '../../src/onnx/shapes/infer.js';
import { f32, float, i64, modelBytes, node } from '../support/onnx_builder.js';

/** Other inputs and attributes than one image and none. */
const NODES: Readonly<Record<string, Parameters<typeof node>>> = {
  BatchNormalization: ['BatchNormalization', ['x', 'c', 'c', 'c', 'c'], ['y']],
  Cast: ['Cast', ['x'], ['y'], { to: 1 }],
  Concat: ['Concat', ['x', 'x'], ['y'], { axis: 1 }],
  Conv: ['Conv', ['x', 'w'], ['y']],
  Gemm: ['Gemm', ['m', 'q'], ['y']],
  LRN: ['LRN', ['x'], ['y'], { size: 3 }],
  MatMul: ['MatMul', ['m', 'q'], ['y']],
  PRelu: ['PRelu', ['x', 's'], ['y']],
  Pad: ['Pad', ['x', 'pads'], ['y']],
  ReduceMean: ['ReduceMean', ['x'], ['y'], { axes: [2] }],
  ReduceSum: ['ReduceSum', ['x', 'axes'], ['y']],
  Reshape: ['Reshape', ['x', 'shape'], ['y']],
  Slice: ['Slice', ['x', 'zero', 'axes'], ['y']],
  Split: ['Split', ['x', 'halves'], ['y', 'y2'], { axis: 1 }],
  Squeeze: ['Squeeze', ['n', 'axes'], ['y']],
  Unsqueeze: ['Unsqueeze', ['x', 'axes'], ['y']],
};

function graphOf(op: string): Graph {
  const binary = ['Add', 'Sub', 'Mul', 'Div'].includes(op);
  const pool = ['MaxPool', 'AveragePool'].includes(op);
  const attributes = pool ? { kernel_shape: [2, 2] } : op === 'LeakyRelu' ? { alpha: float(0.1) } : {};
  const made = NODES[op] ?? [op, binary ? ['x', 'x2'] : ['x'], ['y'], attributes];
  const bytes = modelBytes({
    inputs: { x: [1, 2, 4, 4], x2: [1, 2, 4, 4], m: [3, 4], n: [4, 1, 4] },
    initializers: {
      c: f32([2]),
      s: f32([2, 1, 1]),
      w: f32([3, 2, 3, 3]),
      q: f32([4, 5]),
      pads: i64([0, 0, 1, 1, 0, 0, 1, 1]),
      axes: i64([1]),
      zero: i64([0]),
      halves: i64([1, 1]),
      shape: i64([2, 16]),
    },
    nodes: [node(...made)],
    outputs: [...made[2]],
  });
  const { graph } = loadModel(bytes, { file: `${op}.onnx` });
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape as readonly number[]]));
  return inferShapes(graph, shapes);
}

describe('the table of operators', () => {
  for (const { operator, ops } of nativeOperators()) {
    test(`${operator} becomes ${ops.join(', ') || 'a view'}`, () => {
      const graph = graphOf(operator);
      const { inputs, outputs } = graph.nodes[0]!;
      const values = inputs.filter((name) => name !== '' && !graph.constants.has(name));
      const request = { graph, nodes: graph.nodes, inputs: [...new Set(values)], outputs, layers: new Map() };
      const types = new Set(lowerGraph(request).ops.map(({ type }) => type));
      for (const type of types) assert.ok(ops.includes(type), type);
      assert.equal(types.size === 0, ops.length === 0);
    });
  }

  test('has every operator that is lowered, and the CPU engine every op', async () => {
    const { ops } = await diagnose({ ops: true });
    assert.deepEqual(
      ops?.operators.map(({ operator }) => operator),
      [...lowerings.keys()].sort(),
    );
    for (const { operator, cpu, approximate } of ops?.operators ?? []) {
      assert.ok(cpu && approximate?.cpu !== false, operator);
    }
    assert.ok(ops?.ops.every(({ cpu }) => cpu));
    assert.equal((await diagnose()).ops, undefined);
  });
});

describe('ops that an engine lacks', () => {
  test('send their nodes to onnxruntime', () => {
    const graph = graphOf('Relu');
    const [relu] = graph.nodes;
    const others = new Set([...opTypesOf(CPU)].filter((type) => type !== 'Relu'));
    assert.equal(whyNotNative(graph, relu!, others), 'the engine lacks the op Relu');
    assert.equal(whyNotNative(graph, relu!), undefined);
    assert.deepEqual(
      cutSegments(graph, [], others).map(({ native }) => native),
      [false],
    );
    assert.deepEqual(
      cutSegments(graph, [], opTypesOf(CPU)).map(({ native }) => native),
      [true],
    );
  });
});
