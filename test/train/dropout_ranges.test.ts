import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindModel, modelOf } from '../../src/eval/model.js';
import type { Range } from '../../src/quant/qparams.js';
import { evaluationRanges, trainingRanges } from '../../src/train/dropout_ranges.js';
import { f32, float, modelBytes, node } from '../support/onnx_builder.js';

const bytes = modelBytes({
  inputs: { x: ['N', 4, 2, 2] },
  outputs: { y: ['N', 3] },
  opset: 10,
  initializers: { w: f32([4, 4, 1, 1]), v: f32([16, 8]), u: f32([8, 3]) },
  nodes: [
    node('Conv', ['x', 'w'], ['a']),
    node('Dropout', ['a'], ['a1'], { ratio: 0.75 }),
    node('Dropout', ['a1'], ['a2'], { ratio: 0.5 }),
    node('Flatten', ['a2'], ['b']),
    node('MatMul', ['b', 'v'], ['c']),
    node('Relu', ['c'], ['d']),
    node('Dropout', ['d'], ['e'], { ratio: float(0) }),
    node('MatMul', ['e', 'u'], ['y']),
  ],
});

test('ranges of values behind Dropout go to an evaluation and back', async () => {
  const model = modelOf(bytes, 'm');
  const { graph } = await bindModel(model, 2, {}, { dropout: 'keep' });
  const evaluated = await bindModel(model, 2);
  assert.deepEqual(
    evaluated.graph.nodes.map(({ op, inputs }) => `${op} ${inputs[0]}`),
    ['Conv x', 'Flatten a', 'MatMul b', 'Relu c', 'MatMul d'],
  );
  const ranges = new Map<string, Range>([
    ['x', { min: -1, max: 1 }],
    ['b', { min: -2, max: 3 }],
    ['d', { min: 0, max: 5 }],
  ]);
  const inputs = ['x', 'b', 'e'];
  const training = trainingRanges(ranges, graph, inputs);
  assert.deepEqual(
    training,
    new Map([
      ['x', { min: -1, max: 1 }],
      // Both Dropouts together make what is left eight times as large.
      ['b', { min: -16, max: 24 }],
      ['e', { min: 0, max: 5 }],
    ]),
  );
  assert.deepEqual(evaluationRanges(training, graph), ranges);
  assert.deepEqual(trainingRanges(new Map(), graph, inputs), new Map());
});
