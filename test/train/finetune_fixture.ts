import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FinetuneSettings } from '../../src/train/settings.js';
import { encodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { Random } from '../../src/util/random.js';
import { f32, modelBytes, node } from '../support/onnx_builder.js';

/** Settings of a quick training of `model`, in one thread. */
export function finetuneSettings(
  changes: Partial<FinetuneSettings> & Pick<FinetuneSettings, 'model' | 'save'>,
): FinetuneSettings {
  return {
    lut: packagePath('luts', 'broken_array9_int8.txt'),
    lutType: 'auto',
    layers: [],
    skipFirst: false,
    skipLast: false,
    convOnly: false,
    qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
    weightBits: 8,
    activationBits: 8,
    fullRange: false,
    padding: 'lookup',
    calibrator: 'minmax',
    calibrate: 32,
    batch: 16,
    accumulate: 1,
    overrides: { scale: 1 },
    threads: 1,
    seed: 1,
    gradient: { estimator: 'ste' },
    loss: { labelSmoothing: 0 },
    optimizer: {
      ...{ kind: 'sgd', momentum: 0.9, nesterov: false, betas: [0.9, 0.999], weightDecay: 1e-4, clipNorm: 1 },
    },
    schedule: { kind: 'cosine', learningRate: 0.05, warmup: 0 },
    epochs: 3,
    valSplit: 0.25,
    augment: 'preset',
    trainOnly: [],
    biasOnly: false,
    ranges: 'track',
    rangeMomentum: 0.05,
    batchNorm: 'fold',
    init: false,
    resume: false,
    ...changes,
  };
}

/**
 * Images [n,1,6,6] of three classes (a bright row, a bright column, none), hidden in noise, as x_train, y_train, x_test
 * and y_test.
 */
export function writeImages(folder: string, train: number, test: number): void {
  for (const [split, count, seed] of [
    ['train', train, 1],
    ['test', test, 2],
  ] as const) {
    if (count === 0) continue;
    const random = new Random(seed);
    const labels = Int32Array.from({ length: count }, () => random.integer(3));
    const pixels = new Float32Array(count * 36);
    for (const [n, label] of labels.entries()) {
      for (let i = 0; i < 36; i++) {
        const bright = (label === 0 && Math.floor(i / 6) === 1) || (label === 1 && i % 6 === 4);
        pixels[36 * n + i] = random.between(0, 0.6) + (bright ? 0.4 : 0);
      }
    }
    writeFileSync(join(folder, `x_${split}.npy`), encodeNpy([count, 1, 6, 6], pixels));
    writeFileSync(join(folder, `y_${split}.npy`), encodeNpy([count], labels));
  }
}

/** A perceptron for them with random weights. @param batch 'N', or a fixed one */
export function writePerceptron(file: string, batch: number | 'N' = 'N', seed = 5): void {
  const random = new Random(seed);
  const weights = (shape: readonly [number, number]) =>
    f32(
      shape,
      Array.from({ length: shape[0] * shape[1] }, () => random.normal() * Math.sqrt(2 / shape[1])),
    );
  const bytes = modelBytes({
    inputs: { x: [batch, 1, 6, 6] },
    outputs: { y: [batch, 3] },
    initializers: {
      w: weights([24, 36]),
      b: f32([24], new Array(24).fill(0)),
      v: weights([3, 24]),
      c: f32([3], [0, 0, 0]),
    },
    nodes: [
      node('Flatten', ['x'], ['f']),
      node('Gemm', ['f', 'w', 'b'], ['h'], { transB: 1 }, { name: 'one' }),
      node('Relu', ['h'], ['r']),
      node('Gemm', ['r', 'v', 'c'], ['y'], { transB: 1 }, { name: 'two' }),
    ],
  });
  writeFileSync(file, bytes);
}

/** A network with Conv, BatchNormalization and Dropout for the same images. @param sign of every other scale */
export function writeConvolutional(file: string, sign = 1): void {
  const random = new Random(6);
  const weights = (shape: readonly number[]) => {
    const fan = shape.slice(1).reduce((a, b) => a * b, 1);
    return f32(
      shape,
      Array.from({ length: shape[0]! * fan }, () => random.normal() * Math.sqrt(2 / fan)),
    );
  };
  const bytes = modelBytes({
    inputs: { x: ['N', 1, 6, 6] },
    outputs: { y: ['N', 3] },
    initializers: {
      ...{
        w: weights([8, 1, 3, 3]),
        s: f32([8], [1, sign, 1, sign, 1, sign, 1, sign]),
        b: f32([8], new Array(8).fill(0.1)),
      },
      ...{ m: f32([8], new Array(8).fill(0)), n: f32([8], new Array(8).fill(1)) },
      ...{ v: weights([3, 8]), c: f32([3], [0, 0, 0]), ratio: f32([], [0.1]) },
    },
    nodes: [
      node('Conv', ['x', 'w'], ['a'], { pads: [1, 1, 1, 1] }, { name: 'conv' }),
      node('BatchNormalization', ['a', 's', 'b', 'm', 'n'], ['d'], {}, { name: 'norm' }),
      node('Relu', ['d'], ['r']),
      node('GlobalMaxPool', ['r'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('Dropout', ['f', 'ratio'], ['dropped']),
      node('Gemm', ['dropped', 'v', 'c'], ['y'], { transB: 1 }, { name: 'fc' }),
    ],
  });
  writeFileSync(file, bytes);
}

export const bytesOf = (file: string): string => readFileSync(file).toString('base64');
