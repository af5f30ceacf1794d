/** The goldens that are committed, each by what it is made from. */
import type { Preprocess } from './data.js';
import type { Options } from './evaluate.js';
import { type GoldenSpec, specOf } from './golden.js';
import type { Operand } from './multiplier.js';
import type { InputSpec, MultiplierSpec } from './sources.js';

export const syntheticModelFile = 'synthetic.onnx';
export const syntheticModelSeed = 7;

const exact = (operand: Operand): MultiplierSpec => ({ kind: 'exact', activation: operand, weight: operand });
const evoapprox = (name: string): MultiplierSpec => ({
  kind: 'file',
  file: `luts/evoapprox-signed/${name}.txt`,
  activation: 'int8',
  weight: 'int8',
});
const tfApproximate = (name: string): MultiplierSpec => ({
  kind: 'file',
  file: `luts/tf-approximate/${name}.bin`,
  activation: 'uint8',
  weight: 'uint8',
});
const generated = (
  activation: Operand,
  weight: Operand,
  bits = 8,
  table: 'uneven' | 'extreme' = 'uneven',
): MultiplierSpec => ({ kind: 'generated', table, bits, seed: 11, activation, weight });

function synthetic(
  name: string,
  multiplier: MultiplierSpec,
  options: Partial<Options> = {},
  batch = 1,
): GoldenSpec {
  const input: InputSpec = { kind: 'random', dims: [3, 9, 11], low: -2, high: 3, seed: 101 };
  const model = { from: 'goldens', file: syntheticModelFile } as const;
  return specOf({
    name: `synthetic-${name}`,
    model,
    multiplier,
    input,
    calibrate: 3,
    count: 5,
    batch,
    options,
  });
}

const layout = 'nchw';
const mnistNormalized: Preprocess = { mean: [0.1307], std: [0.3081], layout };
const mnistPlain: Preprocess = { mean: [0], std: [1], layout };
const cifarImagenet: Preprocess = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], layout };
const cifarOwn: Preprocess = { mean: [0.4914, 0.4822, 0.4465], std: [0.2471, 0.2435, 0.2616], layout };
const cifarNhwc: Preprocess = { mean: [0, 0, 0], std: [1, 1, 1], layout: 'nhwc' };

/** A model of the real data, by its INDEX.md. */
function real(
  name: string,
  file: string,
  input: InputSpec,
  multiplier: MultiplierSpec,
  count: number,
  options: Partial<Options> = {},
): GoldenSpec {
  const model = { from: 'data', file: `models/${file}.onnx` } as const;
  return specOf({ name, model, multiplier, input, calibrate: 64, count, options });
}

const lenet = (name: string, multiplier: MultiplierSpec, options: Partial<Options> = {}) =>
  real(
    `lenet5-${name}`,
    'lenet5-mnist-own.op17',
    { kind: 'mnist', preprocess: mnistNormalized },
    multiplier,
    32,
    options,
  );

const resnet20 = (variant: 'folded' | 'bn', multiplier: string) =>
  real(
    `resnet20-${variant}-${multiplier}`,
    `resnet20-cifar10-akamaster.${variant}.op17`,
    { kind: 'cifar10', preprocess: cifarImagenet },
    evoapprox(multiplier),
    16,
  );

/** Needs no data. */
export const syntheticSpecs: readonly GoldenSpec[] = [
  synthetic('int8-int8', generated('int8', 'int8')),
  synthetic('uint8-uint8', generated('uint8', 'uint8')),
  synthetic('uint8-int8', generated('uint8', 'int8')),
  synthetic('int8-uint8', generated('int8', 'uint8')),
  synthetic('exact-uint8', exact('uint8')),
  synthetic('exact-int8', exact('int8')),
  synthetic('skip-padding-int8', generated('int8', 'int8'), { padding: 'skip' }),
  synthetic('skip-padding-uint8', generated('uint8', 'uint8'), { padding: 'skip' }),
  synthetic('weight-tensor-uint8', generated('uint8', 'uint8'), { weight: 'tensor' }),
  synthetic('dynamic-tensor-uint8', generated('uint8', 'uint8'), { mode: 'dynamic' }, 3),
  synthetic('dynamic-sample-int8', generated('int8', 'int8'), { mode: 'dynamic', activation: 'sample' }, 3),
  synthetic(
    'dynamic-sample-uint8',
    generated('uint8', 'uint8'),
    { mode: 'dynamic', activation: 'sample' },
    3,
  ),
  synthetic('a6-w4-int8', generated('int8', 'int8'), { activationBits: 6, weightBits: 4 }),
  synthetic('a5-w7-uint8', generated('uint8', 'uint8'), { activationBits: 5, weightBits: 7 }),
  synthetic('table-4-bits', generated('int8', 'int8', 4), { activationBits: 4, weightBits: 4 }),
  synthetic('skip-layers', generated('uint8', 'int8'), { skip: ['strided', 'matmul'] }),
  synthetic('extreme-int8', generated('int8', 'int8', 8, 'extreme')),
  synthetic('extreme-uint8', generated('uint8', 'uint8', 8, 'extreme')),
];

/** Needs the real data. */
export const realSpecs: readonly GoldenSpec[] = [
  lenet('exact', exact('int8')),
  lenet('mul8s_1KVL', evoapprox('mul8s_1KVL')),
  lenet('mul8s_1L2H', evoapprox('mul8s_1L2H')),
  lenet('exact-uint8', exact('uint8')),
  lenet('mul8u_2HH', tfApproximate('mul8u_2HH')),
  lenet('mul8u_QJD', tfApproximate('mul8u_QJD')),
  lenet('dynamic-sample-mul8s_1KVL', evoapprox('mul8s_1KVL'), { mode: 'dynamic', activation: 'sample' }),
  real(
    'lenet5bn-mul8s_1KVL',
    'lenet5bn-mnist-own.bn.op13',
    { kind: 'mnist', preprocess: mnistNormalized },
    evoapprox('mul8s_1KVL'),
    32,
  ),
  real(
    'lenet-ccoltong-mul8s_1KX2',
    'lenet-mnist-ccoltong',
    { kind: 'mnist', preprocess: mnistNormalized },
    evoapprox('mul8s_1KX2'),
    32,
  ),
  real(
    'convnet-avgpool-mul8s_1KVL',
    'convnet-avgpool-mnist-verivital',
    { kind: 'mnist', preprocess: mnistPlain },
    evoapprox('mul8s_1KVL'),
    32,
  ),
  real(
    'cnn-small-marabou-mul8s_1KVL',
    'cnn-small-cifar10-marabou',
    { kind: 'cifar10', preprocess: cifarNhwc },
    evoapprox('mul8s_1KVL'),
    32,
  ),
  real(
    'resnet2b-mul8u_2AC',
    'resnet2b-cifar10-vnncomp',
    { kind: 'cifar10', preprocess: cifarOwn },
    tfApproximate('mul8u_2AC'),
    16,
  ),
  resnet20('folded', 'mul8s_1KVL'),
  resnet20('folded', 'mul8s_1KX2'),
  resnet20('bn', 'mul8s_1KVL'),
  resnet20('bn', 'mul8s_1KX2'),
  specOf({
    name: 'mobilenetv2-mul8s_1KVL',
    model: { from: 'data', file: 'models/mobilenetv2-imagenet-dequantized-fp32.onnx' },
    multiplier: evoapprox('mul8s_1KVL'),
    input: { kind: 'random', dims: [3, 224, 224], low: -2, high: 2.5, seed: 211 },
    calibrate: 1,
    count: 1,
  }),
];
