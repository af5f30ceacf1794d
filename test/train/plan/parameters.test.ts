import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainableParameters } from '../../../src/train/plan/parameters.js';
import { userError } from '../../support/errors.js';
import { f32, i64, node } from '../../support/onnx_builder.js';
import { trainingGraph } from '../../support/training.js';

const graph = await trainingGraph(
  {
    inputs: { x: ['N', 2, 4, 4] },
    initializers: {
      w: f32([3, 2, 3, 3]),
      b: f32([3]),
      scale: f32([3]),
      shift: f32([3]),
      mean: f32([3]),
      variance: f32([3], [1, 1, 1]),
      slope: f32([3, 1, 1]),
      v: f32([3, 3, 1, 1]),
      shape: i64([-1, 12]),
      dense: f32([12, 5]),
      left: f32([2, 2]),
    },
    nodes: [
      node('Conv', ['x', 'w', 'b'], ['c'], {}, { name: 'block/conv' }),
      node(
        'BatchNormalization',
        ['c', 'scale', 'shift', 'mean', 'variance'],
        ['n'],
        {},
        { name: 'block/norm' },
      ),
      node('PRelu', ['n', 'slope'], ['p'], {}, { name: 'block/act' }),
      node('Conv', ['p', 'v', 'b'], ['d'], {}, { name: 'block/second' }),
      node('MatMul', ['left', 'd'], ['e'], {}, { name: 'left' }),
      node('Reshape', ['e', 'shape'], ['f'], {}, { name: 'flat' }),
      node('MatMul', ['f', 'dense'], ['y'], {}, { name: 'head' }),
    ],
    outputs: ['y'],
  },
  2,
);

const chosen = (trainOnly: string[], biasOnly = false) =>
  trainableParameters(graph, { trainOnly, biasOnly }).map(({ constant, kind }) => `${constant} ${kind}`);

test('weights, biases, normalization and slopes, a shared one once', () => {
  assert.deepEqual(chosen([]), [
    'w weight',
    'b bias',
    'scale bn-scale',
    'shift bn-bias',
    'slope slope',
    'v weight',
    'dense weight',
  ]);
  const [first] = trainableParameters(graph, { trainOnly: [], biasOnly: false });
  assert.equal(first!.node.name, 'block/conv');
  assert.deepEqual(first!.shape, [3, 2, 3, 3]);
});

test('biases alone', () => {
  assert.deepEqual(chosen([], true), ['b bias', 'shift bn-bias']);
});

test('globs over node names; a shared constant counts where any of its nodes fits', () => {
  assert.deepEqual(chosen(['head']), ['dense weight']);
  assert.deepEqual(chosen(['block/s*', 'he?d']), ['v weight', 'b bias', 'dense weight']);
  assert.deepEqual(chosen(['block/*'], true), ['b bias', 'shift bn-bias']);
});

test('a glob that fits no node with parameters is refused, with names that are near', () => {
  assert.throws(
    () => chosen(['block/sceond']),
    userError(/--train-only 'block\/sceond'.*5 nodes.*block\/second/),
  );
  assert.throws(() => chosen(['flat']), userError(/--train-only 'flat' matches none/));
});

test('nothing to train is refused', () => {
  assert.throws(
    () => chosen(['head'], true),
    userError(/nothing to train.*biases in the nodes of --train-only head/),
  );
});
