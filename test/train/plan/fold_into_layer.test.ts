import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Network } from '../../../src/engine/network.js';
import { tabulate } from '../../../src/multiplier/create.js';
import type { OperandType } from '../../../src/multiplier/multiplier.js';
import { foldLayers } from '../../../src/onnx/passes/optimize.js';
import { type Parameter, trainableParameters } from '../../../src/train/plan/parameters.js';
import { Random } from '../../../src/util/random.js';
import { approximateCase } from '../../support/approximate_training.js';
import { crossEntropy64 } from '../../support/float64/network.js';
import { f32, node } from '../../support/onnx_builder.js';
import { statesUnder, stepOf, trainingGraph, trainingNetwork } from '../../support/training.js';

const BATCH = 8;
const CLASSES = 4;
const random = new Random(11);
const between = (shape: readonly number[], low: number, high: number) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return f32(
    shape,
    Float32Array.from({ length: count }, () => random.between(low, high)),
  );
};
const norm = (name: string, channels: number) => ({
  [`${name} scale`]: between([channels], -1.5, 1.5),
  [`${name} offset`]: between([channels], -0.5, 0.5),
  [`${name} mean`]: between([channels], -0.5, 0.5),
  [`${name} variance`]: between([channels], 0.2, 2),
});
const normNode = (name: string, from: string, to: string) => {
  const inputs = ['scale', 'offset', 'mean', 'variance'].map((what) => `${name} ${what}`);
  return node('BatchNormalization', [from, ...inputs], [to], {}, { name });
};

/** Scales of either sign; a second BatchNormalization and a Mul behind the first; one that two nodes keep from folding. */
const graph = await trainingGraph(
  {
    inputs: { x: ['N', 3, 6, 6] },
    initializers: {
      w1: between([6, 3, 3, 3], -0.5, 0.5),
      ...norm('norm1', 6),
      w2: between([6, 3, 3, 3], -0.4, 0.4),
      b2: between([6], -0.5, 0.5),
      ...norm('norm2', 6),
      ...norm('norm3', 6),
      factor: between([6, 1, 1], -1, 1),
      w4: between([6, 6, 1, 1], -0.5, 0.5),
      ...norm('norm4', 6),
      w5: between([6, 10], -0.6, 0.6),
      ...norm('norm5', 10),
      w6: between([CLASSES, 10], -0.6, 0.6),
    },
    nodes: [
      node('Conv', ['x', 'w1'], ['c1'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
      normNode('norm1', 'c1', 'n1'),
      node('Relu', ['n1'], ['r1']),
      node('Conv', ['r1', 'w2', 'b2'], ['c2'], { group: 2 }, { name: 'grouped' }),
      normNode('norm2', 'c2', 'n2'),
      normNode('norm3', 'n2', 'n3'),
      node('Mul', ['n3', 'factor'], ['m3']),
      node('Conv', ['m3', 'w4'], ['c4'], {}, { name: 'shared' }),
      normNode('norm4', 'c4', 'n4'),
      node('Add', ['n4', 'c4'], ['s4']),
      node('GlobalAveragePool', ['s4'], ['p4']),
      node('Flatten', ['p4'], ['f4']),
      node('MatMul', ['f4', 'w5'], ['d5'], {}, { name: 'dense' }),
      normNode('norm5', 'd5', 'n5'),
      node('Relu', ['n5'], ['r5']),
      node('Gemm', ['r5', 'w6'], ['scores'], { transB: 1 }, { name: 'head' }),
    ],
    outputs: ['scores'],
  },
  BATCH,
);
const evaluated = foldLayers(graph);
const images = Float32Array.from({ length: BATCH * 3 * 36 }, () => random.between(-1, 1));
const labels = Int32Array.from({ length: BATCH }, () => random.integer(CLASSES));
const all = trainableParameters(graph, { trainOnly: [], biasOnly: false });

/** Odd in neither operand. */
const skewed = (activation: OperandType, weight: OperandType) =>
  tabulate('skewed', activation, weight, 8, (a, w) => a * w - (a >> 1) + 2 * w + ((a ^ w) & 31) + 3);

function setting(type: OperandType, granularity: 'tensor' | 'channel') {
  return {
    multiplier: skewed(type, type),
    estimator: 'lre',
    qmethod: { mode: 'static', activation: 'tensor', weight: granularity },
    range: { min: -1.5, max: 2 },
    momentum: 0,
  } as const;
}

/** The loss at the given weights, and gradients. */
async function step(given: ReturnType<typeof setting>, parameters: readonly Parameter[]) {
  const { network: options } = approximateCase(graph, given);
  const network = trainingNetwork(graph, BATCH, { ...options, parameters, ranges: 'frozen' });
  network.setMultiplier(0, given.multiplier);
  const { loss } = await network.run(stepOf(images, labels, { learningRate: 0 }));
  return { loss, gradients: statesUnder(network, 'momentum/') };
}

async function evaluatedLoss(given: ReturnType<typeof setting>): Promise<number> {
  const { network: options } = approximateCase(evaluated, given);
  const network = await Network.create(evaluated, { ...options, threads: 1 });
  network.setMultiplier(0, given.multiplier);
  const scores = (await network.run(new Map([['x', images]]))).get('scores')!;
  return crossEntropy64({ shape: [BATCH, CLASSES], data: Float64Array.from(scores) }, [...labels]);
}

test('the passes fold all of it but what two nodes read', () => {
  const left = evaluated.nodes.filter(({ op }) => op === 'BatchNormalization' || op === 'Mul');
  assert.deepEqual(
    left.map(({ name }) => name),
    ['norm4'],
  );
});

describe('frozen BatchNormalization: the loss is that of an evaluation', () => {
  for (const type of ['int8', 'uint8'] as const) {
    for (const granularity of ['tensor', 'channel'] as const) {
      test(`${type}, weights per ${granularity}`, async () => {
        const given = setting(type, granularity);
        const expected = await evaluatedLoss(given);
        const { loss, gradients } = await step(given, all);
        assert.ok(Math.abs(loss - expected) < 1e-6, `${loss}, expected ${expected}`);
        for (const kind of ['weight', 'bias', 'bn-scale', 'bn-bias'] as const) {
          const chosen = all.filter((parameter) => parameter.kind === kind);
          const some = await step(given, chosen);
          assert.ok(Math.abs(some.loss - expected) < 1e-6, `${kind}: ${some.loss}, expected ${expected}`);
          assert.deepEqual(
            [...some.gradients.keys()],
            chosen.map(({ constant }) => constant),
          );
          for (const [constant, gradient] of some.gradients) {
            const whole = gradients.get(constant)!;
            const distance = Math.hypot(...gradient.map((value, i) => value - whole[i]!));
            assert.ok(distance <= 1e-4 * Math.hypot(...whole), `${constant} alone`);
          }
        }
      });
    }
  }
});
