import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeGraph } from '../../src/onnx/encode.js';
import type { Graph, Node } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { optimize } from '../../src/onnx/passes/optimize.js';
import { PRIVATE_DOMAIN } from '../../src/onnx/private_ops.js';
import { bindBatch } from '../../src/onnx/shapes/bind_batch.js';
import { f32, float, i64, type ModelDescription, modelBytes, node, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';

/** The optimized graph, after a check that it computes what the model does. */
async function optimized(description: ModelDescription): Promise<Graph> {
  const { graph } = loadModel(modelBytes(description), { file: 'm' });
  const { inputShapes } = bindBatch(graph, 3);
  const result = await optimize(graph, { inputShapes });
  const feeds = Object.fromEntries(
    [...inputShapes].map(([name, shape], i) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, f32(shape, ramp(count, i + 3))];
    }),
  );
  const [expected, actual] = [
    await runOnnx(modelBytes(description), feeds),
    await runOnnx(encodeGraph(result), feeds),
  ];
  for (const { name } of graph.outputs) {
    assert.deepEqual(actual[name]!.shape, expected[name]!.shape);
    const error = relativeError(actual[name]!.data, expected[name]!.data);
    assert.ok(error < 1e-5, `${name}: relative error ${error}`);
  }
  for (const name of result.nodes.flatMap(({ outputs }) => outputs)) assert.ok(result.values.has(name), name);
  for (const [name, { shape }] of result.constants) assert.deepEqual(result.values.get(name)?.shape, shape);
  return result;
}

const operators = (graph: Graph) => graph.nodes.map(({ op }) => op);
const only = (graph: Graph): Node => {
  assert.equal(graph.nodes.length, 1, operators(graph).join());
  return graph.nodes[0]!;
};

/** Positive, so that a square root can be taken. */
const positive = (count: number) =>
  f32(
    [count],
    ramp(count, 7).map((value) => value + 1.5),
  );
const normalization = (prefix: string, channels: number) => ({
  [`${prefix}s`]: f32([channels], ramp(channels, 2)),
  [`${prefix}b`]: f32([channels], ramp(channels, 4)),
  [`${prefix}m`]: f32([channels], ramp(channels, 5)),
  [`${prefix}v`]: positive(channels),
});
const normalize = (prefix: string, input: string, output: string, attributes = {}) =>
  node('BatchNormalization', [input, ...['s', 'b', 'm', 'v'].map((s) => prefix + s)], [output], attributes, {
    name: prefix,
  });

const IMAGE = { x: ['N', 4, 6, 6] };
const convolve = (bias?: string, group = 1) =>
  node('Conv', ['x', 'w', ...(bias ? [bias] : [])], ['c'], { group }, { name: 'conv' });

describe('foldBatchNorm', () => {
  for (const [what, weight, group, bias] of [
    ['a Conv', [5, 4, 3, 3], 1, false],
    ['a Conv with bias', [5, 4, 3, 3], 1, true],
    ['a grouped Conv', [6, 2, 1, 1], 2, true],
    ['a depthwise Conv', [4, 1, 3, 3], 4, false],
  ] as const) {
    test(`after ${what}`, async () => {
      const initializers = { w: f32(weight), bias: f32([weight[0]]), ...normalization('n', weight[0]) };
      const graph = await optimized({
        inputs: IMAGE,
        outputs: ['z'],
        initializers,
        nodes: [convolve(bias ? 'bias' : undefined, group), normalize('n', 'c', 'z', { epsilon: 0.01 })],
      });
      const conv = only(graph);
      assert.equal(conv.name, 'conv');
      assert.deepEqual(conv.outputs, ['z']);
      assert.equal(graph.constants.size, 2);
    });
  }

  test('with arithmetic before and behind it', async () => {
    const graph = await optimized({
      inputs: { x: ['N', 4] },
      outputs: ['z'],
      initializers: {
        w: f32([4, 5]),
        d: f32([5], ramp(5, 3)),
        f: f32([5], ramp(5, 9)),
        ...normalization('n', 5),
      },
      nodes: [
        node('MatMul', ['x', 'w'], ['a'], {}, { name: 'dense' }),
        node('Add', ['a', 'd'], ['b']),
        normalize('n', 'b', 'c'),
        node('Mul', ['c', 'f'], ['z']),
      ],
    });
    assert.equal(only(graph).name, 'dense');
  });

  test('after Gemm and MatMul', async () => {
    const graph = await optimized({
      inputs: { x: ['N', 4] },
      outputs: ['z'],
      initializers: { w: f32([4, 5]), v: f32([5, 2]), ...normalization('n', 5), ...normalization('k', 2) },
      nodes: [
        node('Gemm', ['x', 'w'], ['a'], { alpha: 0.5 }),
        normalize('n', 'a', 'b'),
        node('MatMul', ['b', 'v'], ['c'], {}, { name: 'dense' }),
        normalize('k', 'c', 'z'),
      ],
    });
    assert.deepEqual(operators(graph), ['Gemm', 'MatMul']);
    assert.equal(graph.nodes[1]?.name, 'dense');
    assert.equal(graph.nodes[1]?.domain, PRIVATE_DOMAIN);
  });

  test('two in a row, and two layers that share a weight', async () => {
    const graph = await optimized({
      inputs: IMAGE,
      outputs: ['y', 'z'],
      initializers: { w: f32([4, 4, 1, 1]), ...normalization('n', 4), ...normalization('k', 4) },
      nodes: [
        node('Conv', ['x', 'w'], ['a'], {}, { name: 'one' }),
        normalize('n', 'a', 'b'),
        normalize('k', 'b', 'y'),
        node('Conv', ['x', 'w'], ['c'], {}, { name: 'two' }),
        { ...normalize('k', 'c', 'z'), name: 'k2' },
      ],
    });
    assert.deepEqual(operators(graph), ['Conv', 'Conv']);
    assert.notEqual(graph.nodes[0]?.inputs[1], graph.nodes[1]?.inputs[1]);
  });

  test('leaves a Conv whose output others read, or that is a graph output', async () => {
    const initializers = { w: f32([4, 4, 1, 1]), ...normalization('n', 4) };
    const nodes = [convolve(), normalize('n', 'c', 'z')];
    const asOutput = await optimized({ inputs: IMAGE, outputs: ['c', 'z'], initializers, nodes });
    assert.deepEqual(operators(asOutput), ['Conv', 'BatchNormalization']);
    const read = [...nodes, node('Relu', ['c'], ['r'])];
    const shared = await optimized({ inputs: IMAGE, outputs: ['r', 'z'], initializers, nodes: read });
    assert.ok(operators(shared).includes('BatchNormalization'));
  });
});

describe('foldGemm', () => {
  const columns = f32([5], ramp(5, 9));
  for (const [what, attributes, weight, c] of [
    ['alpha and beta', { alpha: 0.5, beta: float(2) }, [4, 5], columns],
    ['transB', { transB: 1, alpha: float(3) }, [5, 4], columns],
    ['no bias', { alpha: 1.5 }, [4, 5], undefined],
    ['a scalar bias', { beta: 0.5 }, [4, 5], f32([1], [3])],
    ['a [1,N] bias', {}, [4, 5], f32([1, 5], ramp(5, 9))],
  ] as const) {
    test(what, async () => {
      const graph = await optimized({
        inputs: { x: ['N', 4] },
        outputs: ['z'],
        initializers: { w: f32(weight), ...(c ? { c } : {}) },
        nodes: [node('Gemm', ['x', 'w', ...(c ? ['c'] : [])], ['z'], attributes, { name: 'fc' })],
      });
      const gemm = only(graph);
      assert.deepEqual([...gemm.attributes], [['transB', 1]]);
      assert.deepEqual(graph.constants.get(gemm.inputs[1]!)?.shape, [5, 4]);
      if (c !== undefined) assert.deepEqual(graph.constants.get(gemm.inputs[2]!)?.shape, [5]);
    });
  }

  test('leaves rows of biases, transA and what is not constant', async () => {
    const graph = await optimized({
      inputs: { x: [4, 3], y: [3, 5] },
      outputs: ['a', 'b'],
      initializers: { w: f32([4, 5]), rows: f32([3, 1], [1, 2, 3]) },
      nodes: [
        node('Gemm', ['x', 'w', 'rows'], ['a'], { transA: 1, beta: 0.25 }),
        node('Gemm', ['x', 'w', 'y'], ['b'], { transA: 1, beta: 0.25 }),
      ],
    });
    assert.deepEqual(operators(graph), ['Gemm', 'Gemm']);
    assert.equal(graph.nodes[0]?.attributes.get('transA'), 1);
    assert.equal(graph.nodes[1]?.attributes.get('beta'), 0.25);
  });
});

describe('foldAffine', () => {
  test('MatMul + Add on inputs of rank 2 and 3', async () => {
    for (const shape of [
      ['N', 4],
      ['N', 2, 4],
    ]) {
      const graph = await optimized({
        inputs: { x: shape },
        outputs: ['z'],
        initializers: { w: f32([4, 5]), b: f32([1, 5], ramp(5, 9)) },
        nodes: [node('MatMul', ['x', 'w'], ['m'], {}, { name: 'dense' }), node('Add', ['b', 'm'], ['z'])],
      });
      const dense = only(graph);
      assert.equal(dense.name, 'dense');
      assert.equal(dense.domain, PRIVATE_DOMAIN);
      assert.deepEqual(graph.constants.get(dense.inputs[2]!)?.shape, [5]);
    }
  });

  test('Mul, Div, Add, Sub per channel and by scalars after a Conv', async () => {
    const graph = await optimized({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: {
        w: f32([5, 4, 3, 3]),
        s: f32([5, 1, 1], ramp(5, 2)),
        t: f32([1, 5, 1, 1], ramp(5, 3)),
        u: f32([], [0.25]),
        v: f32([1, 1, 1], [-2]),
      },
      nodes: [
        convolve(),
        node('Mul', ['c', 's'], ['d']),
        node('Add', ['t', 'd'], ['e']),
        node('Sub', ['e', 'v'], ['f']),
        node('Div', ['f', 'u'], ['z']),
      ],
    });
    assert.equal(only(graph).name, 'conv');
  });

  test('leaves other constants, and the layer on the wrong side', async () => {
    const initializers = {
      w: f32([5, 4, 3, 3]),
      rows: f32([4, 1], ramp(4)),
      big: f32([2, 3, 5, 1, 1]),
      one: f32([], [1]),
    };
    for (const last of [
      node('Add', ['c', 'rows'], ['z']),
      node('Add', ['c', 'big'], ['z']),
      node('Sub', ['one', 'c'], ['z']),
      node('Add', ['c', 'c'], ['z']),
    ]) {
      const graph = await optimized({
        inputs: IMAGE,
        outputs: ['z'],
        initializers,
        nodes: [convolve(), last],
      });
      assert.equal(graph.nodes.length, 2);
    }
  });
});

describe('removeIdentities', () => {
  const relu = (input: string, output: string) => node('Relu', [input], [output]);
  test('removes what changes nothing', async () => {
    const graph = await optimized({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: {
        shape: i64([0, 4, 6, 6]),
        none: i64([0, 0, 0, 0, 0, 0, 0, 0]),
        zero: i64([0]),
        end: i64([2 ** 53]),
      },
      nodes: [
        node('Identity', ['x'], ['a']),
        node('Dropout', ['a'], ['b']),
        node('Cast', ['b'], ['c'], { to: 1 }),
        node('Reshape', ['c', 'shape'], ['d']),
        node('Transpose', ['d'], ['e'], { perm: [0, 1, 2, 3] }),
        node('Pad', ['e', 'none'], ['f']),
        node('Slice', ['f', 'zero', 'end'], ['g']),
        node('Concat', ['g'], ['h'], { axis: 1 }),
        relu('h', 'z'),
      ],
    });
    assert.deepEqual(only(graph).inputs, ['x']);
    assert.equal(graph.constants.size, 0);
  });

  test('keeps the names of graph outputs, and what changes something', async () => {
    const kept = await optimized({
      inputs: { x: ['N', 3, 3] },
      outputs: ['p', 'q', 'r'],
      initializers: { starts: i64([-1]), ends: i64([-9]), axes: i64([1]), steps: i64([-1]) },
      nodes: [
        node('Identity', ['x'], ['p']),
        node('Transpose', ['x'], ['t'], { perm: [0, 2, 1] }),
        relu('t', 'q'),
        node('Slice', ['x', 'starts', 'ends', 'axes', 'steps'], ['s']),
        relu('s', 'r'),
      ],
    });
    assert.deepEqual(operators(kept).sort(), ['Identity', 'Relu', 'Relu', 'Slice', 'Transpose']);
  });
});

describe('foldConstants', () => {
  test('folds a reshape whose target is computed from the input shape', async () => {
    const graph = await optimized({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: { zero: i64([0], []), rest: i64([-1]), axis: i64([0]) },
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Gather', ['s', 'zero'], ['n'], { axis: 0 }),
        node('Unsqueeze', ['n', 'axis'], ['n1']),
        node('Concat', ['n1', 'rest'], ['target'], { axis: 0 }),
        node('Reshape', ['x', 'target'], ['r']),
        node('Relu', ['r'], ['z']),
      ],
    });
    assert.deepEqual(operators(graph), ['Reshape', 'Relu']);
    assert.deepEqual(graph.constants.get('target')?.data, BigInt64Array.of(3n, -1n));
  });

  test('evaluates large and uncommon constant nodes with onnxruntime', async () => {
    const graph = await optimized({
      inputs: { x: ['N', 80] },
      outputs: ['z'],
      initializers: {
        w: f32([90, 80]),
        q: { type: 'int8', shape: [90], data: new Int8Array(90).fill(3) },
        s: f32([], [0.5]),
      },
      nodes: [
        node('Transpose', ['w'], ['wt']),
        node('DequantizeLinear', ['q', 's'], ['b']),
        node('MatMul', ['x', 'wt'], ['m']),
        node('Add', ['m', 'b'], ['z']),
      ],
    });
    assert.equal(only(graph).op, 'MatMul');
  });

  test('a graph output that turns out constant stays one', async () => {
    const graph = await optimized({
      inputs: IMAGE,
      outputs: { z: { type: 'float32' }, s: { type: 'int64' } },
      nodes: [node('Relu', ['x'], ['z']), node('Shape', ['x'], ['s'])],
    });
    assert.deepEqual(graph.constants.get('s')?.data, BigInt64Array.of(3n, 4n, 6n, 6n));
  });

  test('leaves constants that would fill the memory', async () => {
    const { graph } = loadModel(
      modelBytes({
        inputs: { x: [2] },
        outputs: ['z'],
        initializers: { huge: i64([2 ** 30]), zero: i64([0]) },
        nodes: [
          node('ConstantOfShape', ['huge'], ['c']),
          node('Gather', ['c', 'zero'], ['first']),
          node('Add', ['x', 'first'], ['z']),
        ],
      }),
      { file: 'm' },
    );
    const result = await optimize(graph, { inputShapes: new Map() });
    assert.deepEqual(operators(result), ['ConstantOfShape', 'Gather', 'Add']);
  });

  test('leaves random operators', async () => {
    const { graph } = loadModel(
      modelBytes({
        inputs: { x: [2] },
        outputs: ['z'],
        initializers: { c: f32([2]) },
        nodes: [node('RandomNormalLike', ['c'], ['r']), node('Add', ['x', 'r'], ['z'])],
      }),
      { file: 'm' },
    );
    const result = await optimize(graph, { inputShapes: new Map() });
    assert.deepEqual(operators(result), ['RandomNormalLike', 'Add']);
  });
});
