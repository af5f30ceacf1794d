import { describe, test } from 'node:test';
import type { Tensor } from '../../src/onnx/graph.js';
import { assertSurvivesDamage, survives } from '../support/hostile.js';
import { randomTensor, seeded } from '../support/native_op.js';
import { fc } from '../support/property.js';
import { scalar, type TrainingOp, trainingPlan } from '../support/training_op.js';

const random = seeded(6);
const tensor = (...shape: number[]) => randomTensor(shape, random);
const window = { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };

const one = (type: string, inputs: Tensor[], output: number[], attributes = {}): TrainingOp => ({
  type,
  inputs,
  outputs: [output],
  attributes,
});

/** One sound op of every kind that training adds. */
const sound: readonly TrainingOp[] = [
  one('ActivationGradient', [tensor(2, 3), tensor(2, 3)], [2, 3], { low: 0, high: 1 }),
  one('HardSigmoidGradient', [tensor(5), tensor(5)], [5], { alpha: 0.2, beta: 0.5 }),
  {
    type: 'PReluGradient',
    inputs: [tensor(2, 3), tensor(2, 3), tensor(3)],
    outputs: [
      [2, 3],
      [2, 3],
    ],
  },
  one('MaxPoolGradient', [tensor(1, 2, 6, 6), tensor(1, 2, 6, 6)], [1, 2, 6, 6], window),
  one('AveragePoolGradient', [tensor(1, 2, 6, 6)], [1, 2, 6, 6], { ...window, countIncludePad: 1 }),
  one('GlobalMaxPoolGradient', [tensor(2, 3, 1, 1), tensor(2, 3, 4, 4)], [2, 3, 4, 4]),
  one('Expand', [tensor(2, 1, 3)], [2, 4, 3], { scale: 0.5 }),
  one('SliceGradient', [tensor(2, 3)], [5, 6], { starts: [4, 1], steps: [-2, 2] }),
  one('PadGradient', [tensor(6, 3)], [4, 4], { begins: [1, -1], mode: 'reflect' }),
  one('SoftmaxGradient', [tensor(2, 3, 4), tensor(2, 3, 4)], [2, 3, 4], { outer: 2, axisSize: 3, inner: 4 }),
  one('LRNGradient', [tensor(1, 5, 3, 3), tensor(1, 5, 3, 3)], [1, 5, 3, 3], {
    size: 3,
    alpha: 1e-4,
    beta: 0.75,
    bias: 1,
  }),
  {
    type: 'BatchNormalizationTraining',
    inputs: [tensor(2, 3, 4), tensor(3), tensor(3), tensor(3), tensor(3)],
    outputs: [[2, 3, 4], [3], [3], 3, 4],
    attributes: { epsilon: 1e-5, momentum: 0.9 },
  },
  {
    type: 'BatchNormalizationTrainingGradient',
    inputs: [tensor(2, 3, 4), tensor(2, 3, 4), tensor(3), tensor(3), tensor(3)],
    outputs: [[2, 3, 4], [3], [3]],
  },
  {
    type: 'BatchNormalizationGradient',
    inputs: [tensor(2, 3, 4), tensor(2, 3, 4), tensor(3), tensor(3), tensor(3)],
    outputs: [[2, 3, 4], [3], [3]],
    attributes: { epsilon: 1e-5 },
  },
  one('Dropout', [tensor(4, 5), scalar(1)], [4, 5], { ratio: 0.5, salt: 3 }),
  {
    type: 'SoftmaxCrossEntropy',
    inputs: [tensor(4, 5), tensor(4), tensor(4, 5)],
    outputs: [[1], [1], [4, 5]],
    attributes: { labelSmoothing: 0.1, distillWeight: 0.5, temperature: 2, scale: 1 },
  },
  { type: 'Accumulate', inputs: [tensor(4, 5), tensor(4, 5), scalar(0)], outputs: [0] },
  one('GradientNorm', [tensor(4, 5), tensor(3)], [1]),
  {
    type: 'SgdUpdate',
    inputs: [tensor(4, 5), tensor(4, 5), tensor(4, 5), scalar(1), scalar(1), scalar(1)],
    outputs: [0, 2],
    attributes: { momentum: 0.9, nesterov: 0, weightDecay: 0, clipNorm: 1 },
  },
  {
    type: 'AdamUpdate',
    inputs: [tensor(6), tensor(6), tensor(6), tensor(6), scalar(1), scalar(1), scalar(1), scalar(1)],
    outputs: [0, 2, 3],
    attributes: { beta1: 0.9, beta2: 0.9, epsilon: 1e-8, weightDecay: 0, decoupled: 0, clipNorm: 1 },
  },
  { type: 'EmaUpdate', inputs: [tensor(6), tensor(6), scalar(1)], outputs: [0], attributes: { decay: 0.9 } },
];

describe('a hostile training op is refused or runs within its bounds', () => {
  for (const op of sound) {
    test(`${op.type} with one value replaced, and with two`, async () => {
      await assertSurvivesDamage(trainingPlan(op));
    });
  }

  test('shapes that do not fit the op', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
    const output = fc.oneof(sizes, fc.nat(3));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sound),
        fc.array(sizes, { minLength: 1, maxLength: 8 }),
        fc.array(output, { maxLength: 5 }),
        async (op, shapes, given) => {
          const outputs = given.map((it) => (typeof it === 'number' ? it % shapes.length : it));
          await survives(trainingPlan({ ...op, inputs: shapes.map((shape) => tensor(...shape)), outputs }));
        },
      ),
      { numRuns: 400 },
    );
  });
});
