import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { Random } from '../../src/util/random.js';
import { rint } from '../../src/util/rint.js';
import { createTestPlan } from '../support/engine.js';
import { sizeOf } from '../support/native_op.js';
import { fc } from '../support/property.js';
import { INDEX_TABLE, readIndices } from '../support/read_indices.js';

interface Case {
  readonly shape: [number, number, number, number];
  readonly halo: [number, number, number, number];
  readonly signed: boolean;
  readonly lo: number;
  readonly hi: number;
  readonly perSample: boolean;
  readonly threads: number;
  readonly seed: number;
}

const side = fc.integer({ min: 0, max: 2 });
const cases = fc
  .record<Case>({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 11 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    ),
    halo: fc.oneof(fc.constant<Case['halo']>([0, 0, 0, 0]), fc.tuple(side, side, side, side)),
    signed: fc.boolean(),
    lo: fc.constantFrom(0, 1, 60, 128),
    hi: fc.constantFrom(128, 129, 200, 255),
    perSample: fc.boolean(),
    threads: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .map((c) => ({ ...c, lo: c.signed ? c.lo : 0 }));

function quantizePlan(c: Case, maskBytes = Math.ceil(sizeOf(c.shape) / 8)) {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', c.shape, 'x');
  const qparams = builder.tensor('f32', [c.perSample ? c.shape[0] : 1, 2], 'qparams');
  const [n, channels, h, w] = c.shape;
  const [top, left, bottom, right] = c.halo;
  const codes = builder.tensor('u8', [n, channels, top + h + bottom, left + w + right], 'codes');
  const mask = builder.tensor('u8', [maskBytes], 'mask');
  const attributes = { halo: c.halo, signed: c.signed ? 1 : 0, lo: c.lo, hi: c.hi };
  builder.op('Quantize', 'q', [x, qparams], [codes, mask], attributes);
  const outputs = [readIndices(builder, codes, 0), readIndices(builder, mask, 0)];
  const plan = createTestPlan(builder.finish([x, qparams], outputs, 1));
  plan.setLut(0, loadAddon().createLut(INDEX_TABLE));
  return plan;
}

async function check(c: Case): Promise<void> {
  loadAddon().setThreads(c.threads);
  const random = new Random(c.seed);
  const [n, channels, h, w] = c.shape;
  const sets = c.perSample ? n : 1;
  const first = c.signed ? -128 : 0;
  const zeros = Array.from({ length: sets }, () => (c.signed ? 0 : c.lo + random.integer(c.hi - c.lo + 1)));
  const scales = Array.from({ length: sets }, () => 2 ** -(random.integer(4) + 1));
  // Halves of a code are ties; some values are far outside, or no numbers at all.
  const x = Float32Array.from({ length: sizeOf(c.shape) }, () => {
    const special = random.integer(20);
    if (special === 0) return random.integer(2) === 0 ? 1e30 : -1e30;
    if (special === 1) return Number.NaN;
    return (random.integer(1200) - 600) / 2 / 4;
  });
  const [, , height, width] = [n, channels, c.halo[0] + h + c.halo[2], c.halo[1] + w + c.halo[3]];
  const codes = new Float32Array(n * channels * height * width);
  const mask = new Float32Array(Math.ceil(x.length / 8));
  for (let i = 0; i < codes.length; i++) {
    codes[i] = zeros[Math.floor((i * sets) / codes.length)]! - first;
  }
  for (let i = 0; i < x.length; i++) {
    const set = Math.floor((i * sets) / x.length);
    const raw = rint(Math.fround(x[i]! / scales[set]!)) + zeros[set]! - first;
    const plane = Math.floor(i / (h * w));
    const row = Math.floor(i / w) % h;
    const at = (plane * height + c.halo[0] + row) * width + c.halo[1] + (i % w);
    codes[at] = Number.isNaN(raw) ? c.lo : Math.min(Math.max(raw, c.lo), c.hi);
    if (raw >= c.lo && raw <= c.hi) mask[i >> 3]! += 2 ** (i % 8);
  }
  const qparams = Float32Array.from(scales.flatMap((scale, i) => [scale, zeros[i]!]));
  const [actualCodes, actualMask] = await quantizePlan(c).run([x, qparams]);
  assert.deepEqual(actualCodes, codes);
  assert.deepEqual(actualMask, mask);
}

describe('Quantize with a mask', () => {
  test('marks what its codes do not clip', async () => {
    await fc.assert(fc.asyncProperty(cases, check), { numRuns: 300 });
  });

  test('over several pieces', async () => {
    const large: Case = {
      shape: [2, 5, 61, 67],
      halo: [0, 0, 0, 0],
      signed: true,
      lo: 1,
      hi: 255,
      perSample: false,
      threads: 3,
      seed: 3,
    };
    await check(large);
    await check({ ...large, halo: [1, 1, 1, 1] });
    await check({ ...large, perSample: true });
  });

  test('a mask of another size is refused', () => {
    const c: Case = {
      shape: [1, 3, 3, 3],
      halo: [0, 0, 0, 0],
      signed: true,
      lo: 1,
      hi: 255,
      perSample: false,
      threads: 1,
      seed: 1,
    };
    assert.throws(() => quantizePlan(c, 3), /^Error: Quantize 'q': 'mask' must have the shape \[4\]/);
  });
});
