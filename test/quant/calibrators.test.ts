import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OperandType } from '../../src/multiplier/multiplier.js';
import {
  CALIBRATOR_KINDS,
  type CalibratorKind,
  createCalibrator,
} from '../../src/quant/calibrators/create.js';
import { leastDivergent } from '../../src/quant/calibrators/entropy.js';
import { qparamsFromRange, quantize, type Range } from '../../src/quant/qparams.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';

const random = new Random(11);
const normal = Float32Array.from({ length: 50_000 }, () => random.normal());
const relu = normal.map((x) => Math.max(0, x));
const outliers = normal.map((x, i) => (i % 25_000 === 0 ? 40 : x));

function calibrate(kind: CalibratorKind, values: Float32Array, type: OperandType = 'int8', bits = 8): Range {
  const calibrator = createCalibrator(kind, { type, bits, name: 'x' });
  for (let i = 0; i < values.length; i += 7001) calibrator.observe(values.subarray(i, i + 7001));
  return calibrator.range();
}

/** Mean squared quantization error of the values themselves. */
function errorOf(values: Float32Array, range: Range, type: OperandType, bits: number): number {
  const qparams = qparamsFromRange(range, type, bits);
  const codes = quantize(values, qparams);
  const squares = values.map((x, i) => (x - (codes[i]! - qparams.zeroPoint) * qparams.scale) ** 2);
  return squares.reduce((a, b) => a + b, 0) / values.length;
}

const observed = (values: Float32Array): Range => ({
  min: values.reduce((a, b) => Math.min(a, b), 0),
  max: values.reduce((a, b) => Math.max(a, b), 0),
});

for (const kind of CALIBRATOR_KINDS) {
  describe(kind, () => {
    test('stays within the observed range, around 0, whatever the batches', () => {
      for (const type of ['int8', 'uint8'] as const) {
        for (const values of [
          normal,
          relu,
          outliers,
          relu.map((x) => -x),
          Float32Array.of(5),
          Float32Array.of(-5),
        ]) {
          const range = calibrate(kind, values, type, 4);
          const { min, max } = observed(values);
          assert.ok(
            range.min >= min && range.min <= 0 && range.max <= max && range.max >= 0,
            `${range.min} ${range.max}`,
          );
          assert.ok(range.max > range.min);
          const atOnce = createCalibrator(kind, { type, bits: 4, name: 'x' });
          atOnce.observe(values.toReversed());
          assert.deepEqual(atOnce.range(), range);
        }
      }
    });

    test('nothing, and zeros alone, give the range [0, 0]', () => {
      assert.deepEqual(calibrate(kind, new Float32Array(0)), { min: 0, max: 0 });
      const zeros = calibrate(kind, new Float32Array(100), 'uint8');
      assert.deepEqual([zeros.min + 0, zeros.max + 0], [0, 0]);
    });

    test('refuses NaN by the name of the tensor', () => {
      const calibrator = createCalibrator(kind, { type: 'int8', bits: 8, name: 'pool2' });
      assert.throws(
        () => calibrator.observe(Float32Array.of(1, Number.NaN)),
        userError(/tensor 'pool2' holds NaN/),
      );
    });
  });
}

test('minmax is exact', () => {
  assert.deepEqual(calibrate('minmax', outliers), observed(outliers));
});

test('percentile cuts off the share it says', () => {
  const share = (values: Float32Array, { min, max }: Range) =>
    values.filter((x) => x < min || x > max).length / values.length;
  for (const values of [normal, outliers]) {
    const symmetric = calibrate('percentile', values);
    const cut = share(values, { min: symmetric.min, max: symmetric.max });
    assert.ok(cut <= 1e-4 && cut > 2e-5, `${cut}`);
    const affine = calibrate('percentile', values, 'uint8');
    assert.ok(share(values, affine) <= 1e-4);
  }
  // Two values of 50 000 are outliers, the share of 1e-4 is five.
  assert.ok(calibrate('percentile', outliers).max < 6);
  assert.ok(calibrate('minmax', outliers).max === 40);
});

test('mse is close to the best threshold of a fine search over the values', () => {
  for (const type of ['int8', 'uint8'] as const) {
    for (const bits of [2, 4, 8]) {
      for (const values of [normal, relu, outliers]) {
        const { min, max } = observed(values);
        let least = Number.POSITIVE_INFINITY;
        for (let share = 0.02; share <= 1; share += 0.02) {
          const t = share * Math.max(-min, max);
          least = Math.min(
            least,
            errorOf(values, { min: Math.max(min, -t), max: Math.min(max, t) }, type, bits),
          );
        }
        const found = errorOf(values, calibrate('mse', values, type, bits), type, bits);
        assert.ok(found <= 1.02 * least, `${type} ${bits}: ${found} against ${least}`);
        assert.ok(found <= 1.0001 * errorOf(values, { min, max }, type, bits));
      }
    }
  }
});

describe('entropy', () => {
  /** The definition in plain loops over whole arrays: P, Q and their divergence for every threshold. */
  function reference(counts: number[], levels: number): number {
    let best = counts.length;
    let least = Number.POSITIVE_INFINITY;
    for (let n = levels; n <= counts.length; n++) {
      if (counts[n - 1] === 0) continue;
      const p = counts.slice(0, n);
      const q = new Array<number>(n).fill(0);
      const levelOf = p.map((_, i) => {
        let level = 0;
        while (Math.floor(((level + 1) * n) / levels) <= i) level++;
        return level;
      });
      for (let i = 0; i < n; i++) {
        const members = p.filter((_, j) => levelOf[j] === levelOf[i]);
        if (p[i] !== 0) q[i] = members.reduce((a, b) => a + b) / members.filter((c) => c > 0).length;
      }
      p[n - 1]! += counts.slice(n).reduce((a, b) => a + b, 0);
      const sumP = p.reduce((a, b) => a + b);
      const sumQ = q.reduce((a, b) => a + b);
      let divergence = 0;
      p.forEach((c, i) => {
        if (c > 0) divergence += (c / sumP) * Math.log(c / sumP / (q[i]! / sumQ));
      });
      if (divergence <= least + 1e-12) {
        least = Math.min(least, divergence);
        best = n;
      }
    }
    return best;
  }

  test('finds the threshold of least divergence', () => {
    const source = new Random(3);
    for (let round = 0; round < 60; round++) {
      const size = 4 + source.integer(36);
      const counts = Array.from({ length: size }, (_, i) => source.integer(Math.ceil(2000 / (i + 1) ** 2)));
      if (counts.every((count) => count === 0)) continue;
      const levels = 2 ** (1 + source.integer(4));
      assert.equal(leastDivergent(Float64Array.from(counts), levels), reference(counts, levels));
    }
  });

  test('clips outliers and keeps a uniform distribution', () => {
    const uniform = normal.map((_, i) => (i % 1000) / 1000);
    assert.ok(calibrate('entropy', outliers).max < 10);
    assert.ok(calibrate('entropy', uniform).max > 0.95);
  });
});
