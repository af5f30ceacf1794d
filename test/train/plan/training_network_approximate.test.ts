import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import { difference } from '../../../src/multiplier/gradient/difference.js';
import type { GradientTables } from '../../../src/multiplier/gradient/gradient_tables.js';
import { lre, ste } from '../../../src/multiplier/gradient/linear.js';
import { loadMultiplier } from '../../../src/multiplier/load.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import type { TrainingNetwork } from '../../../src/train/plan/training_network.js';
import { packagePath } from '../../../src/util/paths.js';
import { Random } from '../../../src/util/random.js';
import { approximateCase } from '../../support/approximate_training.js';
import { f32, node } from '../../support/onnx_builder.js';
import { PLAIN_SGD, stepOf, trainingGraph, trainingNetwork } from '../../support/training.js';

const BATCH = 32;
const IMAGE = [2, 9, 7];
const CLASSES = 4;
const random = new Random(5);

const weights = (shape: readonly number[]) => {
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const count = shape[0]! * fanIn;
  return f32(
    shape,
    Float32Array.from({ length: count }, () => random.normal() * Math.sqrt(2 / fanIn)),
  );
};

/** Convolutions, one of them depthwise, with a shortcut, and a dense layer. */
const graph = await trainingGraph(
  {
    inputs: { x: ['N', ...IMAGE] },
    initializers: {
      w1: weights([8, 2, 3, 3]),
      b1: f32([8], new Array(8).fill(0)),
      w2: weights([8, 1, 3, 3]),
      w3: weights([16, 8, 3, 3]),
      b3: f32([16], new Array(16).fill(0)),
      w4: weights([CLASSES, 16 * 5 * 4]),
      b4: f32([CLASSES], new Array(CLASSES).fill(0)),
    },
    nodes: [
      node('Conv', ['x', 'w1', 'b1'], ['c1'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
      node('Relu', ['c1'], ['r1']),
      node('Conv', ['r1', 'w2'], ['c2'], { pads: [1, 1, 1, 1], group: 8 }, { name: 'depthwise' }),
      node('Add', ['c2', 'r1'], ['s2']),
      node('Conv', ['s2', 'w3', 'b3'], ['c3'], { pads: [1, 1, 1, 1], strides: [2, 2] }, { name: 'strided' }),
      node('Relu', ['c3'], ['r3']),
      node('Flatten', ['r3'], ['f']),
      node('Gemm', ['f', 'w4', 'b4'], ['scores'], { transB: 1 }, { name: 'head' }),
    ],
    outputs: ['scores'],
  },
  BATCH,
);
const images = Float32Array.from({ length: BATCH * 2 * 9 * 7 }, () => random.normal());
const labels = Int32Array.from({ length: BATCH }, () => random.integer(CLASSES));

function networkFor(multiplier: Multiplier, gradients: GradientTables, threads = 1): TrainingNetwork {
  const { network: options } = approximateCase(graph, {
    multiplier,
    estimator: 'ste',
    qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
    range: { min: -2, max: 4 },
    momentum: 0,
  });
  const network = trainingNetwork(graph, BATCH, {
    ...options,
    gradients: [gradients],
    optimizer: { ...PLAIN_SGD, momentum: 0.9, weightDecay: 1e-4, clipNorm: 1 },
    ema: 0.9,
    threads,
  });
  network.setMultiplier(0, multiplier);
  return network;
}

async function train(network: TrainingNetwork, steps: number) {
  let result = { loss: Number.NaN, correct: 0, gradientNorm: Number.NaN };
  for (let step = 1; step <= steps; step++) {
    result = await network.run(stepOf(images, labels, { learningRate: 0.05, rangeMomentum: 0.1, step }));
  }
  return result;
}

const shipped = async (name: string) => (await loadMultiplier(packagePath('luts', `${name}.txt`))).multiplier;

describe('one batch is overfitted', () => {
  for (const [name, estimator] of [
    ['mitchell_int8', ste],
    ['broken_array9_int8', ste],
    ['broken_array9_int8', lre],
    ['drum2_int8', difference],
    ['exact_uint8', ste],
  ] as const) {
    test(`under ${name} with ${estimator.name}`, async () => {
      const multiplier = await shipped(name);
      const network = networkFor(multiplier, estimator(multiplier));
      const first = await train(network, 1);
      const { loss, correct } = await train(network, 80);
      assert.ok(first.correct < BATCH / 2, `${first.correct} right at first`);
      assert.ok(correct / BATCH > 0.99, `${correct} of ${BATCH} right, loss ${loss}`);
    });
  }
});

describe('the number of threads changes no byte', () => {
  for (const estimator of [ste, difference]) {
    test(estimator.name, async () => {
      const multiplier = await shipped('mitchell_int8');
      const runOf = async (threads: number) => {
        const network = networkFor(multiplier, estimator(multiplier), threads);
        const result = await train(network, 3);
        return { result, states: network.states() };
      };
      const one = await runOf(1);
      assert.deepEqual(await runOf(2), one);
      assert.deepEqual(await runOf(3), one);
    });
  }
});

test('another multiplier serves from the next step on', async () => {
  const [mitchell, exact] = [await shipped('mitchell_int8'), exactMultiplier('int8', 'int8')];
  const network = networkFor(mitchell, ste(mitchell));
  const under = async (multiplier: Multiplier) => {
    network.setMultiplier(0, multiplier);
    const step = stepOf(images, labels, { learningRate: 0, rangeMomentum: 0 });
    return (await network.run(step)).loss;
  };
  const first = await under(mitchell);
  assert.notEqual(await under(exact), first);
  assert.equal(await under(mitchell), first);
});
