import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../../src/engine/plan.js';
import { approximate, approximationOf, slotsOf } from '../../../src/eval/approximate.js';
import { loadModel } from '../../../src/eval/model.js';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import { ste } from '../../../src/multiplier/gradient/linear.js';
import type { Graph } from '../../../src/onnx/graph.js';
import { trainableParameters } from '../../../src/train/plan/parameters.js';
import { type TrainingPlanOptions, trainingPlan } from '../../../src/train/plan/training_plan.js';
import { approximateCase } from '../../support/approximate_training.js';
import { f32, i64, node, ramp } from '../../support/onnx_builder.js';
import { needs, sharedData } from '../../support/shared.js';
import { PLAIN_SGD, trainingGraph } from '../../support/training.js';

const BATCH = 2;

/** Two branches that meet, one of them with a value that three nodes read. */
const graph = await trainingGraph(
  {
    inputs: { x: ['N', 2, 4, 4] },
    initializers: {
      w1: f32([3, 2, 3, 3], ramp(54)),
      w2: f32([3, 3, 1, 1], ramp(9)),
      b2: f32([3], ramp(3)),
      slope: f32([3, 1, 1], ramp(3)),
      flat: i64([-1, 48]),
      w3: f32([48, 4], ramp(192)),
    },
    nodes: [
      node('Conv', ['x', 'w1'], ['c1'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
      node('Relu', ['c1'], ['r1']),
      node('Conv', ['r1', 'w2', 'b2'], ['c2'], {}, { name: 'second' }),
      node('PRelu', ['r1', 'slope'], ['p1'], {}, { name: 'prelu' }),
      node('Add', ['c2', 'p1'], ['s1']),
      node('Add', ['s1', 'r1'], ['s2']),
      node('Reshape', ['s2', 'flat'], ['f']),
      node('MatMul', ['f', 'w3'], ['y'], {}, { name: 'head' }),
    ],
    outputs: ['y'],
  },
  BATCH,
);

function planOf(of: Graph, trainOnly: string[], more: Partial<TrainingPlanOptions> = {}): Plan {
  return trainingPlan({
    graph: of,
    inputName: 'x',
    outputName: 'y',
    batch: BATCH,
    layers: new Map(),
    gradients: [],
    parameters: trainableParameters(of, { trainOnly, biasOnly: false }),
    batchNorm: 'freeze',
    ranges: 'track',
    loss: { labelSmoothing: 0 },
    optimizer: PLAIN_SGD,
    accumulate: 1,
    ...more,
  }).plan;
}

const SETTING = {
  multiplier: exactMultiplier('int8', 'int8'),
  estimator: 'ste',
  qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
  range: { min: -1, max: 1 },
  momentum: 0.1,
} as const;
const approximateOptions = approximateCase(graph, SETTING).network;

/** Ops whose every result is overwritten before an op reads it, and is neither output nor state of the plan. */
function unread(plan: Plan): string[] {
  const placeOf = (id: number) => {
    const { storage, shape, type } = plan.tensors[id]!;
    const begin = 'arena' in storage ? storage.arena : -1;
    return { begin, end: begin + shape.reduce((a, b) => a * b, 1) * (type === 'u8' ? 1 : 4) };
  };
  const isRead = (output: number, from: number) => {
    const place = placeOf(output);
    const same = (id: number) =>
      id >= 0 && placeOf(id).begin === place.begin && placeOf(id).end === place.end;
    const overlaps = (id: number) => placeOf(id).begin < place.end && placeOf(id).end > place.begin;
    for (const { inputs, outputs } of plan.ops.slice(from)) {
      if (inputs.some(same)) return true;
      if (outputs.some(overlaps)) return false;
    }
    return [...plan.outputs, ...plan.states].some(same);
  };
  return plan.ops.flatMap(({ type, name, outputs }, index) => {
    return outputs.some((output) => isRead(output, index + 1)) ? [] : [`${type} ${name}`];
  });
}

const count = (plan: Plan, type: string) => plan.ops.filter((op) => op.type === type).length;

for (const trainOnly of [[], ['first'], ['second'], ['prelu'], ['head'], ['first', 'head']]) {
  for (const kind of ['float', 'approximate'] as const) {
    test(`no op is in vain: ${kind}, training ${trainOnly.join(', ') || 'everything'}`, () => {
      const plan = planOf(graph, trainOnly, kind === 'float' ? {} : approximateOptions);
      assert.deepEqual(unread(plan), []);
    });
  }
}

test('the backward pass ends where nothing is trained', () => {
  const head = planOf(graph, ['head'], approximateOptions);
  assert.equal(count(head, 'LutConvInputGradient'), 0);
  assert.equal(count(head, 'LutConvWeightGradient'), 1);
  assert.equal(count(head, 'QuantizeWeights'), 1);
  assert.equal(head.ops.filter(({ type, outputs }) => type === 'Quantize' && outputs.length > 1).length, 0);
  const second = planOf(graph, ['second'], approximateOptions);
  assert.equal(count(second, 'LutConvInputGradient'), 1);
  assert.equal(count(second, 'LutConvWeightGradient'), 1);
  assert.equal(count(second, 'PReluGradient'), 0);
  const all = planOf(graph, [], approximateOptions);
  assert.equal(count(all, 'LutConvInputGradient'), 2);
  assert.equal(count(all, 'LutConvWeightGradient'), 3);
});

test('what three readers pass back is added up twice, and masked once by the activation', () => {
  const forward = 2;
  const plan = planOf(graph, ['first']);
  assert.equal(count(plan, 'Add'), forward + 2);
  assert.equal(count(plan, 'ActivationGradient'), 1);
});

test('a value that layers of both operand types read has one range, tracked once', () => {
  const second = { op: 'Conv', inputs: ['r1', 'w2'], attributes: new Map() };
  const nodes = graph.nodes.map((one) => (one.op === 'PRelu' ? { ...one, ...second } : one));
  const { layers, approximation } = approximateCase({ ...graph, nodes }, SETTING).network;
  const slots = [exactMultiplier('int8', 'int8'), exactMultiplier('uint8', 'int8')];
  const plan = planOf({ ...graph, nodes }, [], {
    layers: new Map([...layers!.keys()].map((layer) => [layer, layer.node.name === 'prelu' ? 1 : 0])),
    approximation: { ...approximation!, slots },
    gradients: slots.map(ste),
  });
  assert.equal(layers!.size, 4);
  assert.equal(count(plan, 'TrackRange'), 3);
  assert.equal(count(plan, 'RangeQParams'), 4);
  assert.equal(count(plan, 'Quantize'), 4);
});

const resnet = sharedData('models', 'resnet20-cifar10-akamaster.bn.op17.onnx');
test('ResNet-20 keeps codes and bits of its activations, not float32 values', needs(resnet), async () => {
  const multiplier = exactMultiplier('int8', 'int8');
  const model = await approximate(await loadModel(resnet!), multiplier, { batch: 128 });
  const layers = slotsOf(model.assignments);
  const ranges = new Map([...layers.keys()].map(({ input }) => [input, { min: -1, max: 1 }]));
  const { graph: optimized, input, output } = model.bound;
  const { arenaBytes } = planOf(optimized, [], {
    inputName: input.name,
    outputName: output.name,
    batch: 128,
    layers,
    approximation: { ...approximationOf(model), ranges },
    gradients: [ste(multiplier)],
  });
  assert.ok(arenaBytes < 160e6, `${arenaBytes / 1e6} MB`);
});
