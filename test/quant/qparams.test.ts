import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperandType } from '../../src/multiplier/multiplier.js';
import { type QParams, qparamsFromRange, quantize } from '../../src/quant/qparams.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { modelBytes, node } from '../support/onnx_builder.js';
import { fc } from '../support/property.js';

const finite = fc.float({
  noNaN: true,
  noDefaultInfinity: true,
  min: Math.fround(-1e30),
  max: Math.fround(1e30),
});
const types = fc.constantFrom<OperandType>('int8', 'uint8');
const widths = fc.integer({ min: 2, max: 8 });

/** numerics.md §2 with every value kept in a Float32Array and halves rounded by the floating-point unit. */
function reference(mn: number, mx: number, type: OperandType, bits: number): QParams {
  const f = new Float32Array(4);
  f[0] = Math.min(mn, 0);
  f[1] = Math.max(mx, 0);
  const round = (x: number): number => x + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;
  if (type === 'int8') {
    const q = 2 ** (bits - 1) - 1;
    f[2] = Math.max(-f[0]!, f[1]!) / q;
    return { type, bits, scale: f[2] === 0 ? 1 : f[2]!, zeroPoint: 0, lo: -q, hi: q };
  }
  const q = 2 ** bits - 1;
  f[2] = f[1]! - f[0]!;
  f[2] = f[2]! / q;
  if (f[2] === 0) f[2] = 1;
  f[3] = -f[0]! / f[2]!;
  const z = round(f[3]!);
  return { type, bits, scale: f[2]!, zeroPoint: Math.min(z, q), lo: 0, hi: q };
}

describe('qparamsFromRange', () => {
  test('equals an independent float32 implementation', () => {
    fc.assert(
      fc.property(finite, finite, types, widths, (min, max, type, bits) => {
        assert.deepEqual(qparamsFromRange({ min, max }, type, bits), reference(min, max, type, bits));
      }),
      { numRuns: 3000 },
    );
  });

  test('of known ranges', () => {
    assert.deepEqual(qparamsFromRange({ min: -1, max: 127 }, 'int8', 8), {
      type: 'int8',
      bits: 8,
      scale: 1,
      zeroPoint: 0,
      lo: -127,
      hi: 127,
    });
    assert.deepEqual(qparamsFromRange({ min: -64, max: 191 }, 'uint8', 8), {
      type: 'uint8',
      bits: 8,
      scale: 1,
      zeroPoint: 64,
      lo: 0,
      hi: 255,
    });
    // 2.5 rounds to the even zero point.
    assert.equal(qparamsFromRange({ min: -2.5, max: 252.5 }, 'uint8', 8).zeroPoint, 2);
    assert.deepEqual(qparamsFromRange({ min: 3, max: 7 }, 'int8', 2).scale, 7);
    const full = qparamsFromRange({ min: -1, max: 127 }, 'int8', 8, { fullRange: true });
    assert.deepEqual([full.scale, full.lo, full.hi], [1, -128, 127]);
  });

  test('a zero range, and one below float32, give scale 1', () => {
    for (const type of ['int8', 'uint8'] as const) {
      for (const max of [0, 2 ** -149]) {
        const { scale, zeroPoint } = qparamsFromRange({ min: 0, max }, type, 8);
        assert.deepEqual([scale, zeroPoint], [1, 0]);
      }
    }
  });

  test('0 is represented exactly, and the ends of the range within half a step', () => {
    fc.assert(
      fc.property(finite, finite, types, widths, (min, max, type, bits) => {
        const qparams = qparamsFromRange({ min, max }, type, bits);
        const { scale, zeroPoint, lo, hi } = qparams;
        // Subnormal scales have too few bits for the bound below.
        fc.pre(scale >= 2 ** -126);
        assert.ok(scale > 0 && zeroPoint >= lo && zeroPoint <= hi && Number.isInteger(zeroPoint));
        assert.deepEqual(quantize(Float32Array.of(0), qparams), Int16Array.of(zeroPoint));
        for (const end of [Math.min(min, 0), Math.max(max, 0)]) {
          const [code] = quantize(Float32Array.of(end), qparams);
          // Half a step for each of the end and the zero point.
          assert.ok(Math.abs((code! - zeroPoint) * scale - end) <= 1.001 * scale);
        }
      }),
    );
  });

  test('a range that is not finite is refused by the name of the tensor', () => {
    for (const [min, max] of [
      [Number.NaN, 1],
      [0, Number.NaN],
      [Number.NEGATIVE_INFINITY, 1],
      [0, Number.POSITIVE_INFINITY],
      [0, 1e39],
    ] as const) {
      for (const type of ['int8', 'uint8'] as const) {
        assert.throws(
          () => qparamsFromRange({ min, max }, type, 8, { name: 'relu3' }),
          userError(/^tensor 'relu3' has the range .*expected a finite float32 range/),
        );
      }
    }
    assert.throws(() => qparamsFromRange({ min: -3e38, max: 3e38 }, 'uint8', 8), userError(/range/));
    assert.ok(qparamsFromRange({ min: -3e38, max: 3e38 }, 'int8', 8).scale > 0);
  });
});

describe('quantize', () => {
  test('every code survives dequantization', () => {
    fc.assert(
      fc.property(finite, finite, types, widths, (min, max, type, bits) => {
        const qparams = qparamsFromRange({ min, max }, type, bits);
        fc.pre(qparams.scale > 1e-37); // below, codes times scale are subnormal and coarse
        const codes = Int16Array.from({ length: qparams.hi - qparams.lo + 1 }, (_, i) => qparams.lo + i);
        const values = Float32Array.from(codes, (code) => (code - qparams.zeroPoint) * qparams.scale);
        assert.deepEqual(quantize(values, qparams), codes);
      }),
    );
  });

  test('equals onnxruntime QuantizeLinear', async () => {
    const random = new Random(5);
    for (const type of ['int8', 'uint8'] as const) {
      for (let round = 0; round < 6; round++) {
        const extent = 10 ** random.between(-6, 6);
        const range = { min: -extent * random.uniform(), max: extent * random.uniform() };
        const qparams = qparamsFromRange(range, type, 8, { fullRange: true });
        const { scale, zeroPoint } = qparams;
        // Random values, beyond the range too, and values on the halves between two codes.
        const x = Float32Array.from({ length: 4000 }, (_, i) =>
          i % 2 === 0 ? random.between(-1.5, 1.5) * extent : (random.integer(600) - 300.5) * scale,
        );
        const bytes = modelBytes({
          inputs: { x: [x.length] },
          initializers: {
            scale: { type: 'float32', shape: [], data: Float32Array.of(scale) },
            zero: {
              type,
              shape: [],
              data: type === 'int8' ? Int8Array.of(zeroPoint) : Uint8Array.of(zeroPoint),
            },
          },
          nodes: [node('QuantizeLinear', ['x', 'scale', 'zero'], ['y'])],
          outputs: { y: { type, shape: [x.length] } },
        });
        const session = await InferenceSession.create(bytes);
        const { y } = await session.run({ x: new Tensor('float32', x, [x.length]) });
        assert.deepEqual(quantize(x, qparams), Int16Array.from(y!.data as Int8Array | Uint8Array));
        await session.release();
      }
    }
  });
});
