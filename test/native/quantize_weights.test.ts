import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import type { OperandType } from '../../src/multiplier/multiplier.js';
import type { QMethod } from '../../src/quant/qparams.js';
import { quantizeWeights } from '../../src/quant/weights.js';
import { createTestPlan } from '../support/engine.js';
import { sizeOf } from '../support/native_op.js';
import { fc } from '../support/property.js';
import { INDEX_TABLE, readIndices, readZeroPoints } from '../support/read_indices.js';

interface Options {
  readonly type: OperandType;
  readonly bits: number;
  readonly granularity: QMethod['weight'];
}

function weightsPlan(shape: readonly number[], { type, bits, granularity }: Options) {
  const builder = new PlanBuilder();
  const w = builder.tensor('f32', shape, 'kernel');
  const indices = builder.tensor('u8', shape, 'indices');
  const scales = builder.tensor('f32', [shape[0]!], 'scales');
  const zeroPoints = builder.tensor('i32', [shape[0]!], 'zero points');
  const signed = type === 'int8' ? 1 : 0;
  builder.op('QuantizeWeights', 'fc1', [w], [indices, scales, zeroPoints], { signed, bits, granularity });
  const outputs = [readIndices(builder, indices, 0), scales, readZeroPoints(builder, zeroPoints, 0)];
  const plan = createTestPlan(builder.finish([w], outputs, 1));
  plan.setLut(0, loadAddon().createLut(INDEX_TABLE));
  return plan;
}

/** Everyday values, and those at which float32 arithmetic has its edges. */
const values = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -2, max: 2, noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.integer({ min: -520, max: 520 }).map((x) => x / 2) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, -0, 1e-45, -1e-45, 1e-43, 2e-42, -1e-38, 3e38, -3e38, 1.1754944e-38),
  },
);

const cases = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    weights: fc
      .array(values, { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
      .map((list) => Float32Array.from(list)),
    options: fc.record<Options>({
      type: fc.constantFrom<OperandType>('int8', 'uint8'),
      bits: fc.integer({ min: 2, max: 8 }),
      granularity: fc.constantFrom<QMethod['weight']>('tensor', 'channel'),
    }),
    threads: fc.integer({ min: 1, max: 3 }),
  }),
);

/** What src/quant makes of the weights; undefined where their range is too wide. */
function expected(shape: readonly number[], weights: Float32Array, { type, bits, granularity }: Options) {
  try {
    return quantizeWeights(weights, shape[0]!, type, bits, granularity, 'kernel');
  } catch {
    return undefined;
  }
}

describe('QuantizeWeights', () => {
  test('equals src/quant bit for bit', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, weights, options, threads }) => {
        loadAddon().setThreads(threads);
        const run = weightsPlan(shape, options).run([weights]);
        const reference = expected(shape, weights, options);
        if (reference === undefined) {
          refused++;
          await assert.rejects(run, /^Error: tensor 'kernel' holds a NaN, an infinity or a range wider/);
          return;
        }
        const [indices, scales, zeroPoints] = await run;
        assert.deepEqual(Uint8Array.from(indices!), reference.indices);
        assert.deepEqual(scales, reference.scales);
        assert.deepEqual(Int32Array.from(zeroPoints!), reference.zeroPoints);
      }),
      { numRuns: 600 },
    );
    assert.ok(refused > 0, 'ranges that are too wide occur');
  });

  test('a layer of many pieces', async () => {
    const shape = [5, 40_000];
    const weights = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i) * (1 + (i % 977)));
    for (const granularity of ['tensor', 'channel'] as const) {
      const options = { type: 'uint8', bits: 7, granularity } as const;
      const [indices, scales] = await weightsPlan(shape, options).run([weights]);
      const reference = expected(shape, weights, options)!;
      assert.deepEqual(Uint8Array.from(indices!), reference.indices);
      assert.deepEqual(scales, reference.scales);
    }
  });

  test('weights that are not finite are refused by name', async () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const granularity of ['tensor', 'channel'] as const) {
        const weights = new Float32Array(12).fill(0.5).with(7, bad);
        const run = weightsPlan([4, 3], { type: 'int8', bits: 8, granularity }).run([weights]);
        await assert.rejects(run, /^Error: tensor 'kernel' holds a NaN/);
      }
    }
  });

  test('outputs that do not fit are refused', () => {
    const plan = (indices: number[], scales: number[], bits: number) => {
      const builder = new PlanBuilder();
      const w = builder.tensor('f32', [4, 3], 'w');
      const outputs = [
        builder.tensor('u8', indices, 'indices'),
        builder.tensor('f32', scales, 'scales'),
        builder.tensor('i32', [4], 'zero points'),
      ];
      const attributes = { signed: 1, bits, granularity: 'tensor' };
      builder.op('QuantizeWeights', 'fc1', [w], outputs, attributes);
      return createTestPlan(builder.finish([w], [], 0));
    };
    assert.doesNotThrow(() => plan([4, 3], [4], 8));
    assert.throws(
      () => plan([3, 4], [4], 8),
      /QuantizeWeights 'fc1': 'indices' must have the shape \[4, 3\]/,
    );
    assert.throws(() => plan([4, 3], [3], 8), /'scales' must have the shape \[4\]/);
    assert.throws(() => plan([4, 3], [4], 9), /'bits' must be an integer from 2 to 8/);
  });
});
