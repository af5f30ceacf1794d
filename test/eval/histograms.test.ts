import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openDataset } from '../../src/data/open.js';
import { collectHistograms, type HistogramRequest } from '../../src/eval/histograms.js';
import { encodeTunedModel, tunedKey } from '../../src/eval/tuned_model.js';
import { type OperandPair, operandTypes } from '../../src/multiplier/operand_pair.js';
import { InterruptedError } from '../../src/util/errors.js';
import { encodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { Random } from '../../src/util/random.js';
import { quantizeWeights } from '../reference/approximate.js';
import { calibrate, forward, layersOf, networkOf } from '../reference/evaluate.js';
import { floatLayer } from '../reference/float_layer.js';
import { exactMultiplier } from '../reference/multiplier.js';
import { readModel } from '../reference/onnx.js';
import { qparamsOf, quantize } from '../reference/quantize.js';
import { floats, type Tensor } from '../reference/tensor.js';
import { userError } from '../support/errors.js';
import { f32, modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';
import { tunedModel, writeWithMetadata } from '../support/tuned_model.js';

const folder = temporaryFolder();
const random = new Random(1);
const integers = (count: number, low: number, high: number) =>
  Float32Array.from({ length: count }, () => low + random.integer(high - low + 1));

/** Weights and images are small integers: every value of the float network is exact, in any order of summation. */
const model = join(folder, 'integers.onnx');
const weights = (...shape: number[]) =>
  f32(
    shape,
    integers(
      shape.reduce((a, b) => a * b),
      -3,
      4,
    ),
  );
writeFileSync(
  model,
  modelBytes({
    inputs: { x: ['N', 2, 8, 8] },
    initializers: {
      w1: weights(4, 2, 3, 3),
      w2: weights(4, 2, 3, 3),
      w3: weights(6, 4, 1, 1),
      w4: weights(96, 5),
      b4: f32([5], [1, 2, 3, 4, 5]),
    },
    nodes: [
      node('Conv', ['x', 'w1'], ['c1'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
      node('Relu', ['c1'], ['r1']),
      node('MaxPool', ['r1'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }),
      node('Conv', ['m', 'w2'], ['c2'], { pads: [1, 1, 1, 1], group: 2 }, { name: 'grouped' }),
      node('Add', ['c2', 'm'], ['s']),
      node('Conv', ['s', 'w3'], ['c3'], {}, { name: 'pointwise' }),
      node('Flatten', ['c3'], ['f']),
      node('Gemm', ['f', 'w4', 'b4'], ['y'], {}, { name: 'dense' }),
    ],
    outputs: ['y'],
  }),
);
const test80 = integers(80 * 128, -2, 9);
const train30 = integers(30 * 128, -2, 9);
const data = join(folder, 'data');
writeNpy(data, test80, train30);

function writeNpy(path: string, testImages: Float32Array, trainImages: Float32Array): void {
  mkdirSync(path, { recursive: true });
  for (const [split, images] of [
    ['test', testImages],
    ['train', trainImages],
  ] as const) {
    const count = images.length / 128;
    writeFileSync(join(path, `x_${split}.npy`), encodeNpy([count, 2, 8, 8], images));
    writeFileSync(join(path, `y_${split}.npy`), encodeNpy([count], new Uint8Array(count)));
  }
}

const common: HistogramRequest = {
  model,
  data,
  limit: 70,
  calibrate: 20,
  overrides: { scale: 1, mean: [0], std: [1] },
  threads: 1,
};
const samples = (images: Float32Array, count: number) =>
  floats([count, 2, 8, 8], images.subarray(0, 128 * count));

interface Expected {
  readonly name: string;
  readonly activation: number[];
  readonly weight: number[];
}

/** The counts by the slow reference. */
function expectedCounts(
  file: string,
  images: Tensor,
  calibration: Tensor,
  pair: OperandPair,
  [activationBits, weightBits]: readonly [number, number],
  granularity: 'tensor' | 'channel',
): Expected[] {
  const { activation, weight } = operandTypes(pair);
  const network = networkOf(readModel(readFileSync(file)));
  const ranges = calibrate(network, [calibration]);
  const activations = new Map<string, number[]>();
  forward(network, images, (layer, x) => {
    const qparams = qparamsOf(activation, activationBits, ranges.get(layer)!);
    activations.set(
      layer.node.name,
      countsOf(
        activation,
        activationBits,
        [...x.data].map((v) => quantize(v, qparams)),
      ),
    );
    return floatLayer(layer, x);
  });
  return layersOf(network).map((layer) => {
    const { codes } = quantizeWeights(layer, exactMultiplier(activation, weight), weightBits, granularity);
    const { name } = layer.node;
    return { name, activation: activations.get(name)!, weight: countsOf(weight, weightBits, [...codes]) };
  });
}

function countsOf(type: 'int8' | 'uint8', bits: number, codes: readonly number[]): number[] {
  const first = type === 'int8' ? -(2 ** (bits - 1)) : 0;
  return Array.from({ length: 2 ** bits }, (_, i) => codes.filter((code) => code === first + i).length);
}

function plain(
  layers: readonly { name: string; activation: Float64Array; weight: Float64Array }[],
): Expected[] {
  return layers.map(({ name, activation, weight }) => ({
    name,
    activation: [...activation],
    weight: [...weight],
  }));
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, x) => total + x, 0);

describe('operand histograms', () => {
  const cases: [OperandPair, readonly [number, number], 'tensor' | 'channel'][] = [
    ['int8', [8, 8], 'channel'],
    ['int8', [4, 3], 'tensor'],
    ['uint8', [8, 8], 'tensor'],
    ['uint8xint8', [5, 8], 'channel'],
    ['int8xuint8', [8, 6], 'channel'],
  ];
  for (const [types, bits, weight] of cases) {
    test(`${types}, ${bits.join(' and ')} bits, weights per ${weight}: the reference's counts`, async () => {
      const [activationBits, weightBits] = bits;
      const found = await collectHistograms({
        ...common,
        types,
        activationBits,
        weightBits,
        qmethod: { mode: 'static', activation: 'tensor', weight },
      });
      const expected = expectedCounts(model, samples(test80, 70), samples(train30, 20), types, bits, weight);
      assert.deepEqual(plain(found.layers), expected);
      assert.deepEqual(found.activation, { type: operandTypes(types).activation, bits: activationBits });
      assert.deepEqual(found.weight, { type: operandTypes(types).weight, bits: weightBits });
      assert.deepEqual([found.dataset, found.split, found.samples], ['data', 'test', 70]);
      assert.equal(found.ranges, 'minmax, 20 samples of data train');
    });
  }

  test('every element and weight is counted once, and MACs are those of a sample', async () => {
    const { layers } = await collectHistograms({ ...common, split: 'train', limit: undefined });
    const figures = layers.map(({ name, macs, activation, weight }) => [
      name,
      macs,
      sum(activation),
      sum(weight),
    ]);
    assert.deepEqual(figures, [
      ['first', 4 * 18 * 64, 30 * 128, 72],
      ['grouped', 4 * 18 * 16, 30 * 64, 72],
      ['pointwise', 6 * 4 * 16, 30 * 64, 24],
      ['dense', 480, 30 * 96, 480],
    ]);
  });

  test('threads change nothing', async () => {
    const one = await collectHistograms(common);
    assert.deepEqual(await collectHistograms({ ...common, threads: 2 }), one);
  });

  test('of the demo model on its own dataset', async () => {
    const file = packagePath('models', 'lenet-digits.onnx');
    const found = await collectHistograms({
      model: file,
      limit: 40,
      calibrate: 30,
      overrides: {},
      threads: 1,
    });
    const read = async (split: 'train' | 'test', count: number) => {
      const { pixels } = await (await openDataset('synthetic-digits', { split })).read(0, count);
      return floats(
        [count, 1, 28, 28],
        Float32Array.from(pixels, (x) => x / 255),
      );
    };
    const expected = expectedCounts(
      file,
      await read('test', 40),
      await read('train', 30),
      'int8',
      [8, 8],
      'channel',
    );
    assert.deepEqual(
      found.layers.map(({ name, weight }) => [name, [...weight]]),
      expected.map(({ name, weight }) => [name, weight]),
    );
    assert.deepEqual([...found.layers[0]!.activation], expected[0]!.activation);
    for (const [i, { activation }] of found.layers.entries()) {
      const total = 40 * [784, 6 * 14 * 14, 400, 120, 84][i]!;
      assert.equal(sum(activation), total);
      // Float sums in another order may cross to the next code, rarely.
      const moved = sum(activation.map((count, code) => Math.abs(count - expected[i]!.activation[code]!)));
      assert.ok(moved <= 2 + total / 500, `${moved} of ${total}`);
    }
  });

  test('a retrained model brings its quantization and ranges along, unless others are asked for', async () => {
    const ranges = new Map(['x', 'm', 's', 'f'].map((name, i) => [name, { min: -i, max: 20 + i }]));
    const multiplier = { name: 'm', sha256: 'ab'.repeat(32), activation: 'uint8', weight: 'int8' } as const;
    const file = join(folder, 'tuned.onnx');
    const qmethod = { mode: 'static', activation: 'tensor', weight: 'tensor' } as const;
    const said = tunedModel({ multiplier, qmethod, activationBits: 5, weightBits: 4, ranges });
    await writeWithMetadata(model, file, [[tunedKey, encodeTunedModel(said)]]);
    const request = { ...common, model: file, calibrate: undefined };
    const found = await collectHistograms(request);
    assert.equal(found.ranges, 'the retraining');
    assert.deepEqual(
      [found.activation, found.weight],
      [
        { type: 'uint8', bits: 5 },
        { type: 'int8', bits: 4 },
      ],
    );
    const codes = [...test80.subarray(0, 70 * 128)].map((v) =>
      quantize(v, qparamsOf('uint8', 5, ranges.get('x')!)),
    );
    assert.deepEqual([...found.layers[0]!.activation], countsOf('uint8', 5, codes));
    const asked = await collectHistograms({
      ...request,
      calibrate: 20,
      types: 'int8',
      activationBits: 8,
      weightBits: 8,
    });
    const expected = expectedCounts(
      model,
      samples(test80, 70),
      samples(train30, 20),
      'int8',
      [8, 8],
      'tensor',
    );
    assert.deepEqual(plain(asked.layers), expected);

    await writeWithMetadata(model, file, [
      [tunedKey, encodeTunedModel(tunedModel({ multiplier, ranges: new Map([...ranges].slice(0, 2)) }))],
    ]);
    const warnings: string[] = [];
    await collectHistograms(request, { onWarning: (message) => warnings.push(message) });
    assert.match(warnings.join('\n'), /no range for 's'[^\n]*calibrated$/);
  });

  test('ranges from the images that are counted need no warning', async () => {
    const warnings: string[] = [];
    const hooks = { onWarning: (message: string) => warnings.push(message) };
    const { ranges } = await collectHistograms({ ...common, split: 'train' }, hooks);
    assert.equal(ranges, 'minmax, 20 samples of data train');
    assert.deepEqual(warnings, []);
  });

  test('what cannot be counted is refused', async () => {
    await assert.rejects(
      collectHistograms({ ...common, data: undefined }),
      userError(/integers\.onnx names no dataset; give --data/),
    );
    const broken = test80.slice();
    broken[128 * 66] = Number.POSITIVE_INFINITY;
    writeNpy(join(folder, 'broken'), broken, train30);
    const request = { ...common, data: join(folder, 'broken') };
    assert.equal((await collectHistograms({ ...request, limit: 66 })).samples, 66);
    await assert.rejects(collectHistograms(request), userError(/'x' holds Infinity/));
    const controller = new AbortController();
    const stopping = collectHistograms(common, {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'histograms') controller.abort();
      },
    });
    await assert.rejects(stopping, InterruptedError);
  });
});
