import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperandType } from '../../src/multiplier/multiplier.js';
import { qparamsFromRange, quantize } from '../../src/quant/qparams.js';
import { rangeOf } from '../../src/quant/range.js';
import { quantizeWeights } from '../../src/quant/weights.js';
import { userError } from '../support/errors.js';
import { fc } from '../support/property.js';

test('weights are quantized by channel or as one tensor', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<OperandType>('int8', 'uint8'),
      fc.integer({ min: 2, max: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.float32Array({
        noNaN: true,
        noDefaultInfinity: true,
        min: -100,
        max: 100,
        minLength: 1,
        maxLength: 20,
      }),
      (type, bits, channels, one) => {
        const size = one.length;
        const weights = Float32Array.from(
          { length: channels * size },
          (_, i) => one[i % size]! * (1 + Math.floor(i / size)),
        );
        const first = type === 'int8' ? -128 : 0;
        const byChannel = quantizeWeights(weights, channels, type, bits, 'channel', 'w');
        const asOne = quantizeWeights(weights, channels, type, bits, 'tensor', 'w');
        const shared = qparamsFromRange(rangeOf(weights, 'w'), type, bits);
        for (let o = 0; o < channels; o++) {
          const part = weights.slice(o * size, (o + 1) * size);
          const own = qparamsFromRange(rangeOf(part, 'w'), type, bits);
          for (const [result, qparams] of [
            [byChannel, own],
            [asOne, shared],
          ] as const) {
            assert.equal(result.scales[o], qparams.scale);
            assert.equal(result.zeroPoints[o], qparams.zeroPoint);
            const codes = Int16Array.from(
              result.indices.subarray(o * size, (o + 1) * size),
              (i) => i + first,
            );
            assert.deepEqual(codes, quantize(part, qparams));
          }
        }
      },
    ),
  );
});

test('a weight that is not finite is refused by its name', () => {
  const weights = new Float32Array(12).with(7, Number.NaN);
  for (const granularity of ['tensor', 'channel'] as const) {
    assert.throws(
      () => quantizeWeights(weights, 3, 'int8', 8, granularity, 'conv1.weight'),
      userError(/^tensor 'conv1\.weight' holds NaN/),
    );
  }
  assert.throws(() => quantizeWeights(weights, 5, 'int8', 8, 'tensor', 'w'), RangeError);
});
