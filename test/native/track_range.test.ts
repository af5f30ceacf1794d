import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import type { OperandType } from '../../src/multiplier/multiplier.js';
import { qparamsFromRange } from '../../src/quant/qparams.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan } from '../support/engine.js';
import { fc } from '../support/property.js';

function trackingPlan(count: number) {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', [count], 'conv1');
  const range = builder.state([2], 'range');
  const momentum = builder.tensor('f32', [1], 'momentum');
  builder.op('TrackRange', 'track', [x, range, momentum], [range]);
  return createTestPlan(builder.finish([x, momentum], [], 0));
}

/** A range moved by the letter of the plan's vocabulary, in float32. */
function tracked(range: Float32Array, x: Float32Array, momentum: number): Float32Array {
  const seen = [x.reduce((a, b) => Math.min(a, b), 0), x.reduce((a, b) => Math.max(a, b), 0)];
  const m = Math.fround(momentum);
  return range.map((old, i) => old + Math.fround(m * Math.fround(seen[i]! - old)));
}

describe('TrackRange', () => {
  test('moves the state as a moving average, the same with any number of threads', async () => {
    const random = new Random(5);
    for (const count of [1, 15, 16, 100, 70_000, 200_001]) {
      for (let threads = 1; threads <= 3; threads++) {
        loadAddon().setThreads(threads);
        const plan = trackingPlan(count);
        plan.writeState(0, Float32Array.of(-0.25, 3));
        let range: Float32Array = Float32Array.of(-0.25, 3);
        for (const momentum of [0.05, 1, 0]) {
          const shift = random.between(-3, 3);
          const x = Float32Array.from({ length: count }, () => random.normal() + shift);
          await plan.run([x, Float32Array.of(momentum)]);
          range = tracked(range, x, momentum);
          assert.deepEqual(plan.readState(0), range);
        }
      }
    }
  });

  test('a value that is not finite is refused by name, and the range stays', async () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const plan = trackingPlan(40);
      plan.writeState(0, Float32Array.of(-1, 2));
      const x = new Float32Array(40).with(31, bad);
      await assert.rejects(plan.run([x, Float32Array.of(0.5)]), /^Error: tensor 'conv1' holds a NaN or/);
      assert.deepEqual(plan.readState(0), Float32Array.of(-1, 2));
    }
  });

  test('writes nothing but the range that it reads', () => {
    const builder = new PlanBuilder();
    const x = builder.tensor('f32', [4], 'x');
    const range = builder.state([2], 'range');
    const other = builder.state([2], 'other');
    const momentum = builder.tensor('f32', [1], 'momentum');
    builder.op('TrackRange', 'track', [x, range, momentum], [other]);
    const plan = builder.finish([x, momentum], [], 0);
    assert.throws(() => createTestPlan(plan), /^Error: TrackRange 'track': its output must be the range/);
  });
});

function qparamsPlan(type: OperandType, bits: number) {
  const builder = new PlanBuilder();
  const range = builder.tensor('f32', [2], 'range of conv1');
  const qparams = builder.tensor('f32', [1, 2], 'qparams');
  builder.op('RangeQParams', 'qp', [range], [qparams], { signed: type === 'int8' ? 1 : 0, bits });
  return createTestPlan(builder.finish([range], [qparams], 0));
}

const bound = fc.oneof(
  fc.float({ min: -10, max: 10, noNaN: true }),
  fc.float(),
  fc.constantFrom(0, -0, 1e-45, 1e-42, 3.4e38, -3.4e38, Number.NaN, Infinity),
);

describe('RangeQParams', () => {
  test('equals src/quant bit for bit', async () => {
    const types = fc.constantFrom<OperandType>('int8', 'uint8');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(bound, bound, types, fc.integer({ min: 2, max: 8 }), async (min, max, type, bits) => {
        const run = qparamsPlan(type, bits).run([Float32Array.of(min, max)]);
        let expected: Float32Array;
        try {
          const { scale, zeroPoint } = qparamsFromRange({ min, max }, type, bits);
          expected = Float32Array.of(scale, zeroPoint);
        } catch {
          refused++;
          await assert.rejects(run, /^Error: tensor 'range of conv1' holds a NaN/);
          return;
        }
        assert.deepEqual((await run)[0], expected);
      }),
      { numRuns: 1500 },
    );
    assert.ok(refused > 100);
  });
});
