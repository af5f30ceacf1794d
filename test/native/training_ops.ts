import { createHash } from 'node:crypto';
import { loadAddon } from '../../src/engine/addon.js';
import { UserError } from '../../src/util/errors.js';
import { randomTensor, seeded } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { runTraining, scalar, type TrainingOp } from '../support/training_op.js';

/*
 * One op of every kind that training adds, of a size that is divided among threads, with ends that fill no
 * vector. Run as a program it prints the ISA in use and the hashes of all outputs as JSON.
 */

const random = seeded(17);
const tensor = (...shape: number[]) => randomTensor(shape, random, -3, 3);
const positive = (...shape: number[]) => randomTensor(shape, random, 0.1, 1);
const flat = [40_007];
const image = [4, 9, 20, 21];
const window = { kernel: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };

const pointwise = (type: string, attributes: TrainingOp['attributes'] = {}): TrainingOp => ({
  type,
  inputs: [tensor(...flat), tensor(...flat)],
  outputs: [flat],
  attributes,
});

export const trainingOps: readonly TrainingOp[] = [
  pointwise('ActivationGradient', { low: -1, high: 2 }),
  pointwise('LeakyReluGradient', { alpha: 0.1 }),
  pointwise('EluGradient', { alpha: 1 }),
  pointwise('HardSigmoidGradient', { alpha: 0.2, beta: 0.5 }),
  pointwise('HardSwishGradient'),
  pointwise('SigmoidGradient'),
  pointwise('TanhGradient'),
  {
    type: 'PReluGradient',
    inputs: [tensor(...image), tensor(...image), tensor(9, 1, 1)],
    outputs: [image, image],
  },
  {
    type: 'MaxPoolGradient',
    inputs: [tensor(4, 9, 10, 21), tensor(...image)],
    outputs: [image],
    attributes: window,
  },
  {
    type: 'AveragePoolGradient',
    inputs: [tensor(4, 9, 10, 21)],
    outputs: [image],
    attributes: { ...window, countIncludePad: 0 },
  },
  { type: 'GlobalMaxPoolGradient', inputs: [tensor(4, 9, 1, 1), tensor(...image)], outputs: [image] },
  { type: 'Expand', inputs: [tensor(4, 9, 1, 1)], outputs: [image], attributes: { scale: 0.1 } },
  {
    type: 'SliceGradient',
    inputs: [tensor(4, 5, 20, 10)],
    outputs: [image],
    attributes: { starts: [0, 8, 0, 1], steps: [1, -2, 1, 2] },
  },
  {
    type: 'PadGradient',
    inputs: [tensor(4, 9, 25, 24)],
    outputs: [image],
    attributes: { begins: [0, 0, 3, -1], mode: 'reflect' },
  },
  {
    type: 'SoftmaxGradient',
    inputs: [tensor(50, 1003), positive(50, 1003)],
    outputs: [[50, 1003]],
    attributes: { outer: 50, axisSize: 1003, inner: 1 },
  },
  {
    type: 'LogSoftmaxGradient',
    inputs: [tensor(50, 10, 37), tensor(50, 10, 37)],
    outputs: [[50, 10, 37]],
    attributes: { outer: 50, axisSize: 10, inner: 37 },
  },
  {
    type: 'LRNGradient',
    inputs: [tensor(...image), tensor(...image)],
    outputs: [image],
    attributes: { size: 5, alpha: 0.1, beta: 0.75, bias: 1 },
  },
  ...[image, [3, 5, 40, 41]].flatMap((shape): TrainingOp[] => {
    const vector = [shape[1]!];
    const inputs = [
      tensor(...shape),
      positive(...vector),
      tensor(...vector),
      tensor(...vector),
      positive(...vector),
    ];
    const gradients = [
      tensor(...shape),
      tensor(...shape),
      tensor(...vector),
      tensor(...vector),
      positive(...vector),
    ];
    return [
      {
        type: 'BatchNormalizationTraining',
        inputs,
        outputs: [shape, vector, vector, 3, 4],
        attributes: { epsilon: 1e-5, momentum: 0.9 },
      },
      { type: 'BatchNormalizationTrainingGradient', inputs: gradients, outputs: [shape, vector, vector] },
      {
        type: 'BatchNormalizationGradient',
        inputs: gradients,
        outputs: [shape, vector, vector],
        attributes: { epsilon: 1e-5 },
      },
    ];
  }),
  {
    type: 'Dropout',
    inputs: [tensor(...flat), scalar(3)],
    outputs: [flat],
    attributes: { ratio: 0.3, salt: 1 },
  },
  {
    type: 'SoftmaxCrossEntropy',
    inputs: [
      tensor(300, 37),
      f32(
        [300],
        Array.from({ length: 300 }, () => random.integer(37)),
      ),
      tensor(300, 37),
    ],
    outputs: [[1], [1], [300, 37]],
    attributes: { labelSmoothing: 0.1, distillWeight: 0.5, temperature: 3, scale: 2 },
  },
  { type: 'Accumulate', inputs: [tensor(...flat), tensor(...flat), scalar(0)], outputs: [0] },
  { type: 'GradientNorm', inputs: [tensor(...flat), tensor(7), tensor(...flat)], outputs: [[1]] },
  {
    type: 'SgdUpdate',
    inputs: [tensor(...flat), tensor(...flat), tensor(...flat), scalar(3), scalar(0.1), scalar(1)],
    outputs: [0, 2],
    attributes: { momentum: 0.9, nesterov: 1, weightDecay: 0.1, clipNorm: 1 },
  },
  {
    type: 'AdamUpdate',
    inputs: [
      tensor(...flat),
      tensor(...flat),
      tensor(...flat),
      positive(...flat),
      scalar(3),
      scalar(0.1),
      scalar(1),
      scalar(4),
    ],
    outputs: [0, 2, 3],
    attributes: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, decoupled: 1, clipNorm: 1 },
  },
  {
    type: 'EmaUpdate',
    inputs: [tensor(...flat), tensor(...flat), scalar(1)],
    outputs: [0],
    attributes: { decay: 0.99 },
  },
];

/** A hash of the outputs' bytes, on the CPU engine unless told otherwise. */
export async function outputHash(op: TrainingOp, createPlan = loadAddon().createPlan): Promise<string> {
  const hash = createHash('sha256');
  for (const output of await runTraining(op, createPlan)) hash.update(output);
  return hash.digest('hex');
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  try {
    const hashes: string[] = [];
    for (const op of trainingOps) hashes.push(await outputHash(op));
    process.stdout.write(JSON.stringify({ isa: loadAddon().isa(), hashes }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
