import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorMetrics, worstError } from '../../src/multiplier/analysis/metrics.js';
import { tabulate } from '../../src/multiplier/create.js';
import { firstOperand, type Multiplier, type OperandType } from '../../src/multiplier/multiplier.js';
import type { LayerHistogram, OperandHistograms } from '../../src/quant/operand_histograms.js';
import { operandMixture, weightedMetrics } from '../../src/quant/operand_weights.js';
import { codeRange } from '../../src/quant/qparams.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';

const types: readonly OperandType[] = ['int8', 'uint8'];

interface Kinds {
  readonly activation: { readonly type: OperandType; readonly bits: number };
  readonly weight: { readonly type: OperandType; readonly bits: number };
}

function histogramsOf(kinds: Kinds, layers: readonly LayerHistogram[]): OperandHistograms {
  const about = { modelSha256: '0'.repeat(64), dataset: 'd', split: 'test', samples: 1, ranges: 'minmax' };
  return { ...about, ...kinds, layers };
}

function noisy(random: Random, activation: OperandType, weight: OperandType, bits: number): Multiplier {
  return tabulate('noisy', activation, weight, bits, (a, w) => a * w + random.integer(21) - 7);
}

/** Counts for the codes that quantization gives: not −2^(bits−1). */
function randomCounts(random: Random, { type, bits }: Kinds['activation']): Float64Array {
  const { lo } = codeRange(type, bits);
  const counts = Float64Array.from({ length: 2 ** bits }, () =>
    random.integer(4) === 0 ? 0 : random.integer(500),
  );
  counts.fill(0, 0, lo - firstOperand(type, bits));
  counts[counts.length - 1] = 1;
  return counts;
}

describe('metrics weighted by histograms', () => {
  test('agree with a plain double loop over codes', () => {
    const random = new Random(1);
    for (const activation of types) {
      for (const weight of types) {
        for (const [bits, activationBits, weightBits] of [
          [8, 8, 8],
          [8, 4, 6],
          [4, 4, 3],
        ] as const) {
          const multiplier = noisy(random, activation, weight, bits);
          const kinds = {
            activation: { type: activation, bits: activationBits },
            weight: { type: weight, bits: weightBits },
          };
          const layers = Array.from({ length: 3 }, (_, i) => ({
            name: `layer ${i}`,
            macs: 1 + random.integer(1000),
            activation: randomCounts(random, kinds.activation),
            weight: randomCounts(random, kinds.weight),
          }));
          const sum = (counts: Float64Array) => counts.reduce((total, x) => total + x, 0);
          const allMacs = layers.reduce((total, { macs }) => total + macs, 0);
          let [mae, bias, wce, errorRate] = [0, 0, 0, 0];
          for (const layer of layers) {
            const pairs = sum(layer.activation) * sum(layer.weight);
            for (const [i, a] of layer.activation.entries()) {
              for (const [j, w] of layer.weight.entries()) {
                const p = ((layer.macs / allMacs) * a * w) / pairs;
                if (p === 0) continue;
                const code = [
                  firstOperand(activation, activationBits) + i,
                  firstOperand(weight, weightBits) + j,
                ] as const;
                const row = code[0] - firstOperand(activation, bits);
                const column = code[1] - firstOperand(weight, bits);
                const error = multiplier.table[row * 2 ** bits + column]! - code[0] * code[1];
                mae += p * Math.abs(error);
                bias += p * error;
                wce = Math.max(wce, Math.abs(error));
                if (error !== 0) errorRate += p;
              }
            }
          }
          const { metrics, worst } = weightedMetrics(multiplier, histogramsOf(kinds, layers), 'h.json');
          assert.equal(metrics.wce, wce);
          assert.equal(Math.abs(worst.error), wce);
          for (const [found, expected] of [
            [metrics.mae, mae],
            [metrics.bias, bias],
            [metrics.errorRate, errorRate],
          ] as const) {
            assert.ok(Math.abs(found - expected) < 1e-11, `${found}, expected ${expected}`);
          }
        }
      }
    }
  });

  test('are the uniform ones where every operand is equally frequent in every layer', () => {
    const multiplier = noisy(new Random(2), 'int8', 'uint8', 8);
    const kinds = { activation: { type: 'int8', bits: 8 }, weight: { type: 'uint8', bits: 8 } } as const;
    const layer = (macs: number, count: number) => ({
      name: 'l',
      macs,
      activation: new Float64Array(256).fill(count),
      weight: new Float64Array(256).fill(7),
    });
    const { metrics, worst } = weightedMetrics(
      multiplier,
      histogramsOf(kinds, [layer(1, 3), layer(3, 1000)]),
      'h',
    );
    assert.deepEqual(metrics, errorMetrics(multiplier));
    assert.deepEqual(worst, worstError(multiplier));
  });

  test('are the error of one pair where only that occurs', () => {
    const multiplier = noisy(new Random(3), 'uint8', 'int8', 8);
    const kinds = { activation: { type: 'uint8', bits: 4 }, weight: { type: 'int8', bits: 5 } } as const;
    const oneHot = (size: number, index: number) => new Float64Array(size).fill(9, index, index + 1);
    for (const [a, w] of [
      [15, -15],
      [0, 15],
      [7, 1],
    ] as const) {
      const layer = { name: 'l', macs: 5, activation: oneHot(16, a), weight: oneHot(32, w + 16) };
      const error = multiplier.table[a * 256 + w + 128]! - a * w;
      const { metrics, worst } = weightedMetrics(multiplier, histogramsOf(kinds, [layer]), 'h');
      assert.equal(metrics.mae, Math.abs(error));
      assert.deepEqual([metrics.minError, metrics.maxError, metrics.bias], [error, error, error]);
      assert.equal(metrics.variance, 0);
      assert.deepEqual(worst, { activation: a, weight: w, error });
    }
  });

  test('layers take part by their MACs', () => {
    const multiplier = noisy(new Random(4), 'uint8', 'uint8', 2);
    const kinds = { activation: { type: 'uint8', bits: 2 }, weight: { type: 'uint8', bits: 2 } } as const;
    const layer = (macs: number) => ({
      name: 'l',
      macs,
      activation: Float64Array.of(1, 0, 0, 3),
      weight: Float64Array.of(0, 5, 0, 0),
    });
    assert.deepEqual(operandMixture(multiplier, histogramsOf(kinds, [layer(30), layer(10)]), 'h'), [
      { share: 0.75, activation: Float64Array.of(0.25, 0, 0, 0.75), weight: Float64Array.of(0, 1, 0, 0) },
      { share: 0.25, activation: Float64Array.of(0.25, 0, 0, 0.75), weight: Float64Array.of(0, 1, 0, 0) },
    ]);
  });

  test('histograms that do not fit the multiplier are refused', () => {
    const random = new Random(5);
    const kinds = { activation: { type: 'int8', bits: 8 }, weight: { type: 'int8', bits: 8 } } as const;
    const inner = new Float64Array(256).fill(1, 128 - 8, 128 + 8);
    const wide = (index: number) => inner.with(index, 1);
    const layers = (activation: Float64Array, weight: Float64Array) =>
      histogramsOf(kinds, [
        { name: 'ok', macs: 1, activation: inner, weight: inner },
        { name: 'wide', macs: 1, activation, weight },
      ]);
    const narrow = noisy(random, 'int8', 'int8', 4);
    // 8-bit histograms whose codes are all operands of the 4-bit table.
    assert.equal(operandMixture(narrow, layers(inner, inner), 'h.json').length, 2);
    for (const index of [0, 128 - 9, 128 + 8, 255]) {
      assert.throws(
        () => operandMixture(narrow, layers(wide(index), inner), 'h.json'),
        userError(
          /^h\.json: wide has activation codes of 8 bits, but noisy takes 4-bit operands/,
          /--activation-bits 4$/,
        ),
      );
      assert.throws(
        () => weightedMetrics(narrow, layers(inner, wide(index)), 'h.json'),
        userError(/^h\.json: wide has weight codes/, /--weight-bits 4$/),
      );
    }
    assert.throws(
      () => operandMixture(noisy(random, 'uint8', 'int8', 8), layers(inner, inner), 'h.json'),
      userError(/^h\.json: counts int8 operands, but noisy multiplies uint8xint8; .*--types uint8xint8$/),
    );
  });
});
