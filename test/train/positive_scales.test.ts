import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linearLayers } from '../../src/engine/linear_layer.js';
import type { Graph } from '../../src/onnx/graph.js';
import { foldLayers } from '../../src/onnx/passes/optimize.js';
import { quantizeWeights } from '../../src/quant/weights.js';
import { trainableParameters } from '../../src/train/plan/parameters.js';
import { positiveScales } from '../../src/train/positive_scales.js';
import { Random } from '../../src/util/random.js';
import { evaluate64 } from '../support/float64/network.js';
import { f32, node } from '../support/onnx_builder.js';
import { trainingGraph } from '../support/training.js';

const BATCH = 2;
const random = new Random(21);
const between = (shape: readonly number[], low: number, high: number) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return f32(
    shape,
    Float32Array.from({ length: count }, () => random.between(low, high)),
  );
};
const norm = (name: string, scales: readonly number[]) => ({
  [`${name} scale`]: f32([scales.length], scales),
  [`${name} offset`]: between([scales.length], -0.5, 0.5),
  [`${name} mean`]: between([scales.length], -0.5, 0.5),
  [`${name} variance`]: between([scales.length], 0.2, 2),
});
const normNode = (name: string, from: string, to: string) => {
  const inputs = ['scale', 'offset', 'mean', 'variance'].map((what) => `${name} ${what}`);
  return node('BatchNormalization', [from, ...inputs], [to], {}, { name });
};

const graph = await trainingGraph(
  {
    inputs: { x: ['N', 2, 5, 5] },
    initializers: {
      w1: between([6, 2, 3, 3], -0.5, 0.7),
      b1: between([6], -0.5, 0.5),
      ...norm('norm1', [-1.1, 0.7, -0.3, 0, 1.4, -0.9]),
      w2: between([4, 3, 1, 1], -0.5, 0.5),
      ...norm('norm2', [0.5, -0.6, 0.7, -0.8]),
      w3: between([4, 5], -0.6, 0.4),
      ...norm('norm3', [-0.7, 1.3, 0.9, -1.2, 0.6]),
      w4: between([3, 5], -0.6, 0.6),
      b4: between([3], -0.6, 0.6),
      ...norm('norm4', [-0.5, 0.8, -1.1]),
    },
    nodes: [
      node('Conv', ['x', 'w1', 'b1'], ['c1'], {}, { name: 'conv' }),
      normNode('norm1', 'c1', 'n1'),
      node('Relu', ['n1'], ['r1']),
      node('Conv', ['r1', 'w2'], ['c2'], { group: 2 }, { name: 'grouped' }),
      normNode('norm2', 'c2', 'n2'),
      node('GlobalMaxPool', ['n2'], ['p2']),
      node('Flatten', ['p2'], ['f2']),
      node('MatMul', ['f2', 'w3'], ['d3'], {}, { name: 'rows' }),
      normNode('norm3', 'd3', 'n3'),
      node('Relu', ['n3'], ['r3']),
      node('Gemm', ['r3', 'w4', 'b4'], ['d4'], { transB: 1 }, { name: 'dense' }),
      normNode('norm4', 'd4', 'scores'),
    ],
    outputs: ['scores'],
  },
  BATCH,
);
const images = Float32Array.from({ length: BATCH * 50 }, () => random.between(-1, 1));
const nodes = graph.nodes.filter(({ name }) => ['conv', 'grouped', 'rows', 'dense'].includes(name));
const all = trainableParameters(graph, { trainOnly: [], biasOnly: false });

function changed(values: ReadonlyMap<string, Float32Array>): Graph {
  const constants = new Map(graph.constants);
  for (const [name, data] of values) constants.set(name, { ...constants.get(name)!, data });
  return { ...graph, constants };
}

const layersOf = (of: Graph) => linearLayers(of).flatMap((layer) => ('reason' in layer ? [] : [layer]));

test('no scale is negative, and the function is the same', () => {
  const positive = changed(positiveScales(graph, nodes, all));
  for (const [name, { data }] of positive.constants) {
    if (name.endsWith('scale'))
      assert.ok(
        (data as Float32Array).every((value) => value >= 0),
        name,
      );
  }
  const given = new Map([['x', images]]);
  for (const mode of ['freeze', 'train'] as const) {
    const scores = evaluate64(positive, 'scores', given, mode).data;
    const expected = evaluate64(graph, 'scores', given, mode).data;
    scores.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-12, `${mode}: ${value}, expected ${expected[i]}`);
    });
  }
  assert.deepEqual(foldLayers(positive).constants, foldLayers(graph).constants);
});

describe('weights per channel have the codes of an evaluation', () => {
  for (const type of ['int8', 'uint8'] as const) {
    test(type, () => {
      const codes = (of: Graph) =>
        layersOf(of).map((layer) => {
          const outputs = layer.outputShape[1]!;
          return quantizeWeights(layer.weights, outputs, type, 8, 'channel', layer.node.name).indices;
        });
      // A channel whose scale is 0 has no weights once it is folded.
      const alive = (indices: readonly Uint8Array[]) => [
        indices[0]!.filter((_, i) => Math.floor(i / 18) !== 3),
        ...indices.slice(1),
      ];
      const evaluated = alive(codes(foldLayers(graph)));
      assert.notDeepEqual(alive(codes(graph)), evaluated);
      assert.deepEqual(alive(codes(changed(positiveScales(graph, nodes, all)))), evaluated);
    });
  }
});

test('what is not trained, or shared, stays', () => {
  const chosen = (options: { trainOnly: readonly string[]; biasOnly: boolean }) =>
    positiveScales(graph, nodes, trainableParameters(graph, options));
  assert.equal(chosen({ trainOnly: [], biasOnly: true }).size, 0);
  assert.equal(chosen({ trainOnly: ['conv', 'rows'], biasOnly: false }).size, 0);
  assert.deepEqual(
    [...chosen({ trainOnly: ['conv', 'norm1', 'norm3'], biasOnly: false }).keys()],
    ['w1', 'b1', 'norm1 scale', 'norm1 mean'],
  );
  assert.equal(positiveScales(graph, [], all).size, 0);
  const twice = graph.nodes.map((one) =>
    one.name === 'norm2' ? { ...one, inputs: one.inputs.with(3, 'norm2 offset') } : one,
  );
  const shared = positiveScales({ ...graph, nodes: twice }, nodes, all);
  assert.ok(shared.has('w1'));
  assert.ok(!shared.has('w2') && !shared.has('norm2 scale'));
});
