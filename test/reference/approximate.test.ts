import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approximateLayer } from './approximate.js';
import { exactMultiplier, lookUp, type Multiplier, type Operand, tabulate } from './multiplier.js';
import type { Attribute } from './onnx.js';
import type { Layer } from './prepare.js';
import type { QParams } from './quantize.js';
import { randomIntegers } from './random.js';
import { generatedMultiplier } from './tables.js';
import { floats } from './tensor.js';

const identity: QParams = { scale: 1, zeroPoint: 0, low: -128, high: 255 };

function ints(values: number[]): Attribute {
  return { floats: [], ints: values };
}

/** A Conv of one output channel over one input channel. */
function convLayer(kernel: [number, number], attributes: Record<string, number[]>, bias?: number[]): Layer {
  return {
    node: {
      name: 'conv',
      op: 'Conv',
      inputs: ['x', 'w'],
      outputs: ['y'],
      attributes: new Map(Object.entries(attributes).map(([name, values]) => [name, ints(values)])),
    },
    input: 'x',
    output: 'y',
    outputs: 1,
    reduction: kernel[0] * kernel[1],
    weight: new Float32Array(kernel[0] * kernel[1]),
    bias: bias && Float32Array.from(bias),
    kernel,
    group: 1,
  };
}

function denseLayer(outputs: number, reduction: number): Layer {
  const node = { name: 'dense', op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'], attributes: new Map() };
  const weight = new Float32Array(outputs * reduction);
  return {
    node,
    input: 'x',
    output: 'y',
    outputs,
    reduction,
    weight,
    bias: undefined,
    kernel: undefined,
    group: 1,
  };
}

function weightsOf(codes: number[], ...qparams: Partial<QParams>[]) {
  return { codes: Int32Array.from(codes), qparams: qparams.map((q) => ({ ...identity, ...q })) };
}

describe('reference: a layer by hand (numerics.md, section 3)', () => {
  test('a padded tap is looked up with code 0: one pixel under a 1×3 kernel with T(a, w) = a·w + 10', () => {
    const table = tabulate('int8', 'int8', 8, (a, w) => a * w + 10);
    const layer = convLayer([1, 3], { pads: [0, 1, 0, 1] });
    const weights = weightsOf([5, -2, 7], {});
    const x = floats([1, 1, 1, 2], [3, 4]);
    // Positions: (0, 3, 4)·(5, −2, 7) and (3, 4, 0)·(5, −2, 7), each with three times 10.
    const padded = approximateLayer(layer, x, table, weights, [identity], 'zero-point');
    assert.deepEqual(Array.from(padded.accumulators), [-6 + 28 + 30, 15 - 8 + 30]);
    const skipped = approximateLayer(layer, x, table, weights, [identity], 'skip');
    assert.deepEqual(Array.from(skipped.accumulators), [-6 + 28 + 20, 15 - 8 + 20]);
  });

  test('with zero points the padded tap has code z_a and the corrections count it', () => {
    const table = tabulate('uint8', 'uint8', 8, (a, w) =>
      a === 0 && w === 0 ? 100 : a * w + (a === 4 ? 1 : 0),
    );
    const layer = convLayer([1, 2], { pads: [0, 1, 0, 0] });
    const weights = weightsOf([3, 8], { zeroPoint: 2 });
    const x = floats([1, 1, 1, 1], [5]);
    const activation = { ...identity, zeroPoint: 4, low: 0 };
    // Codes: pad 4, pixel 9. S = T(4,3) + T(9,8) = 13 + 72; −2·(4+9) − 4·(3+8) + 2·4·2.
    const padded = approximateLayer(layer, x, table, weights, [activation], 'zero-point');
    assert.deepEqual(Array.from(padded.inputCodes), [9]);
    assert.deepEqual(Array.from(padded.accumulators), [85 - 26 - 44 + 16]);
    // Without the pad: T(9,8) − 2·9 − 4·8 + 1·4·2.
    const skipped = approximateLayer(layer, x, table, weights, [activation], 'skip');
    assert.deepEqual(Array.from(skipped.accumulators), [72 - 18 - 32 + 8]);
  });

  test('T(0, 0) ≠ 0 counts where both codes are 0, and the table is read activation first', () => {
    const table = tabulate('int8', 'uint8', 8, (a, w) => (a === 0 && w === 0 ? 32 : 1000 * a + w));
    const weights = weightsOf([0, 7], {});
    const result = approximateLayer(
      denseLayer(1, 2),
      floats([2, 2], [0, 0, -3, 2]),
      table,
      weights,
      [identity],
      'skip',
    );
    assert.deepEqual(Array.from(result.accumulators), [32 + 7, -3000 + 2007]);
  });

  test('y is float32(acc)·(s_a·s_w[o]) + bias[o], each step rounded to float32', () => {
    const table = tabulate('int8', 'int8', 8, () => 2 ** 24 + 1);
    const layer = convLayer([1, 1], {}, [0.1]);
    const weights = weightsOf([1], { scale: Math.fround(0.3) });
    const activation = { ...identity, scale: Math.fround(0.7) };
    const { y } = approximateLayer(
      layer,
      floats([1, 1, 1, 1], [1]),
      table,
      weights,
      [activation],
      'zero-point',
    );
    const scale = Math.fround(Math.fround(0.7) * Math.fround(0.3));
    assert.equal(y.data[0], Math.fround(Math.fround(2 ** 24 * scale) + Math.fround(0.1)));
  });

  test('each sample is quantized with its own parameters', () => {
    const weights = weightsOf([1], {});
    const own = [
      { ...identity, scale: 1 },
      { ...identity, scale: 2 },
    ];
    const x = floats([2, 1], [6, 6]);
    const { y, inputCodes } = approximateLayer(
      denseLayer(1, 1),
      x,
      exactMultiplier('int8', 'int8'),
      weights,
      own,
      'skip',
    );
    assert.deepEqual(
      [Array.from(inputCodes), Array.from(y.data)],
      [
        [6, 3],
        [6, 6],
      ],
    );
  });

  test('sums beyond 32 bits stay exact', () => {
    const table = tabulate('int8', 'int8', 8, () => 2 ** 31 - 1);
    const weights = weightsOf(new Array<number>(5).fill(0), {});
    const x = floats([1, 5]);
    const { accumulators } = approximateLayer(denseLayer(1, 5), x, table, weights, [identity], 'skip');
    assert.equal(accumulators[0], 5 * (2 ** 31 - 1));
  });

  const pairs: [Operand, Operand][] = [
    ['int8', 'int8'],
    ['uint8', 'uint8'],
    ['uint8', 'int8'],
    ['int8', 'uint8'],
  ];
  for (const [activation, weight] of pairs)
    test(`${activation} × ${weight}: the exact table gives Σ (qa − z_a)(qw − z_w), any other adds its errors`, () => {
      const next = randomIntegers(5);
      const code = (operand: Operand) => (next() % 255) - (operand === 'int8' ? 127 : 0);
      const za = activation === 'uint8' ? 77 : 0;
      const zw = [0, 1].map((o) => (weight === 'uint8' ? 120 + o : 0));
      const qa = Array.from({ length: 30 }, () => code(activation));
      const qw = Array.from({ length: 60 }, () => code(weight));
      const x = floats(
        [1, 30],
        qa.map((a) => a - za),
      );
      const weights = weightsOf(qw, { zeroPoint: zw[0]! }, { zeroPoint: zw[1]! });
      const run = (table: Multiplier) =>
        approximateLayer(
          denseLayer(2, 30),
          x,
          table,
          weights,
          [{ ...identity, zeroPoint: za }],
          'zero-point',
        );
      const product = [0, 1].map((o) =>
        qa.reduce((sum, a, k) => sum + (a - za) * (qw[o * 30 + k]! - zw[o]!), 0),
      );
      assert.deepEqual(Array.from(run(exactMultiplier(activation, weight)).accumulators), product);
      const uneven = generatedMultiplier('uneven', activation, weight, 8, 3);
      const errors = [0, 1].map((o) =>
        qa.reduce((sum, a, k) => sum + lookUp(uneven, a, qw[o * 30 + k]!) - a * qw[o * 30 + k]!, 0),
      );
      assert.deepEqual(Array.from(run(uneven).accumulators), [
        product[0]! + errors[0]!,
        product[1]! + errors[1]!,
      ]);
    });
});
