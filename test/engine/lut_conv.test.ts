import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon, type NativePlan } from '../../src/engine/addon.js';
import type { PlanAttribute, TensorId } from '../../src/engine/plan.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { firstOperand, type OperandType } from '../../src/multiplier/multiplier.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import { type NaiveLayer, naiveAccumulators } from '../support/naive_layer.js';

const TYPES: readonly OperandType[] = ['int8', 'uint8'];

interface Case {
  readonly shape: number[];
  readonly weightShape: number[];
  readonly strides: number[];
  readonly dilations: number[];
  readonly pads: number[];
  readonly group: number;
  readonly activation: OperandType;
  readonly weight: OperandType;
  readonly table: Int32Array;
  readonly skipPadding: boolean;
  /** Codes below 0 do not occur. */
  readonly nonNegative: boolean;
  /** One set of qparams for each image. */
  readonly perSample: boolean;
  readonly requantize: boolean;
  /** Weights, scales, zero points and bias are results of other ops, and others in an earlier run. */
  readonly changing: boolean;
}

/** Weights as a plan takes them. */
interface Weights {
  readonly indices: Uint8Array;
  readonly scales: Float32Array;
  readonly zeroPoints: Int32Array;
  readonly bias: Float32Array;
}

function randomWeights({ weightShape, weight }: Case, random: Random): Weights {
  const outputs = weightShape[0];
  const size = weightShape.reduce((a, b) => a * b, 1);
  const biased = random.integer(2) === 0;
  return {
    indices: Uint8Array.from({ length: size }, () => random.integer(256)),
    scales: Float32Array.from({ length: outputs }, () => 0.001 + random.uniform()),
    zeroPoints: Int32Array.from({ length: outputs }, () => (weight === 'int8' ? 0 : random.integer(256))),
    bias: Float32Array.from({ length: outputs }, () => (biased ? random.normal() : 0)),
  };
}

/** The layer's last four inputs as constants. */
function constantWeights(builder: PlanBuilder, { weightShape }: Case, weights: Weights): TensorId[] {
  const outputs = weightShape[0];
  return [
    builder.constant(weights.indices, weightShape, 'w'),
    builder.constant(weights.scales, [outputs], 'ws'),
    builder.constant(weights.zeroPoints, [outputs], 'wz'),
    weights.bias.some((b) => b !== 0) ? builder.constant(weights.bias, [outputs], 'b') : -1,
  ];
}

/** The layer's last four inputs as results of ops, the inputs of the plan that these need, and their values. */
function changingWeights(builder: PlanBuilder, { weightShape, weight }: Case) {
  const outputs = weightShape[0];
  const signed = weight === 'int8' ? 1 : 0;
  const values = builder.tensor('f32', weightShape, 'w values');
  const w = builder.tensor('u8', weightShape, 'w');
  const unit = builder.constant(Float32Array.of(1, 0), [1, 2], 'unit');
  builder.op('Quantize', 'w', [values, unit], [w], { halo: [0, 0, 0, 0], signed: 0, lo: 0, hi: 255 });
  // Ranges from −z to 255 − z have the zero point z.
  const ends = builder.tensor('f32', [outputs, 2], 'ends');
  const wz = builder.tensor('i32', [outputs], 'wz');
  const unused = [builder.tensor('u8', [outputs, 2], ''), builder.tensor('f32', [outputs], '')];
  builder.op('QuantizeWeights', 'wz', [ends], [...unused, wz], { signed, bits: 8, granularity: 'channel' });
  const ws = builder.tensor('f32', [outputs], 'ws');
  const b = builder.tensor('f32', [outputs], 'b');
  return {
    layer: [w, ws, wz, b],
    inputs: [values, ends, ws, b],
    feed: ({ indices, scales, zeroPoints, bias }: Weights) => [
      Float32Array.from(indices),
      Float32Array.from([...zeroPoints].flatMap((z) => [-z, 255 - z])),
      scales,
      bias,
    ],
  };
}

/** Tables that are easy to get wrong: no zero product, asymmetric, sums beyond 32 bits, columns beyond 16 bits. */
const TABLES: Readonly<Record<string, (random: Random, a: number, w: number) => number>> = {
  exact: (_random, a, w) => a * w,
  'never zero': (random, a, w) => a * w + 32 + random.integer(9),
  'random 16-bit': (random) => random.integer(65536) - 32768,
  'wide columns': (random, a) => (a % 2 === 0 ? 1 : -1) * (100_000 + random.integer(1000)),
  'extreme 31-bit': (random) => (random.integer(2) === 0 ? -(2 ** 31) : 2 ** 31 - 1),
};

function makeTable(kind: string, random: Random, activation: OperandType, weight: OperandType): Int32Array {
  const a0 = firstOperand(activation, 8);
  const w0 = firstOperand(weight, 8);
  return Int32Array.from({ length: 65536 }, (_, i) => TABLES[kind](random, (i >> 8) + a0, (i & 255) + w0));
}

/** Runs Quantize and LutConv on inputs whose codes are chosen, and compares every bit with the naive layer. */
async function check(c: Case, random: Random, threads: number): Promise<string> {
  const addon = loadAddon();
  addon.setThreads(threads);
  const a0 = firstOperand(c.activation, 8);
  const w0 = firstOperand(c.weight, 8);
  const lo = c.nonNegative ? 0 : c.activation === 'int8' ? -127 : 0;
  const hi = c.activation === 'int8' ? 127 : 255;
  const images = c.shape[0];
  const sets = c.perSample ? images : 1;
  const scales = Array.from({ length: sets }, () => 2 ** -(random.integer(4) + 3));
  const zeros = Array.from({ length: sets }, () =>
    c.activation === 'int8' ? 0 : lo + random.integer(hi - lo + 1),
  );
  const setOf = (image: number) => Math.floor((image * sets) / images);
  const size = c.shape.reduce((a, b) => a * b, 1);
  const codes = Int32Array.from({ length: size }, () => lo + random.integer(hi - lo + 1));
  const perImage = size / images;
  const x = Float32Array.from(codes, (code, i) => {
    const set = setOf(Math.floor(i / perImage));
    return (code - zeros[set]) * scales[set];
  });
  const outputs = c.weightShape[0];
  const weights = randomWeights(c, random);

  const layer: NaiveLayer = {
    ...c,
    codes,
    weights: Int32Array.from(weights.indices, (index) => index + w0),
    product: (a, w) => c.table[(a - a0) * 256 + (w - w0)],
    zeroPoints: Array.from({ length: images }, (_, image) => zeros[setOf(image)]),
    weightZeroPoints: [...weights.zeroPoints],
  };
  const { acc, shape: outShape } = naiveAccumulators(layer);

  const halo = c.pads.map((pad) => pad + random.integer(2));
  const builder = new PlanBuilder();
  const input = builder.tensor('f32', c.shape, 'x');
  const qparams = builder.constant(
    Float32Array.from(scales.flatMap((s, i) => [s, zeros[i]])),
    [sets, 2],
    'qparams',
  );
  const padded = [images, c.shape[1], c.shape[2] + halo[0] + halo[2], c.shape[3] + halo[1] + halo[3]];
  const quantized = builder.tensor('u8', padded, 'codes');
  const signed = c.activation === 'int8' ? 1 : 0;
  builder.op('Quantize', 'q', [input, qparams], [quantized], { halo, signed, lo: lo - a0, hi: hi - a0 });
  const changing = c.changing ? changingWeights(builder, c) : undefined;
  const inputs = [quantized, qparams, ...(changing?.layer ?? constantWeights(builder, c, weights))];
  const planInputs = [input, ...(changing?.inputs ?? [])];
  const runPlan = async (plan: NativePlan) => {
    if (changing === undefined) return plan.run([x]);
    await plan.run([x, ...changing.feed(randomWeights(c, random))]);
    return plan.run([x, ...changing.feed(weights)]);
  };
  const attributes: Record<string, PlanAttribute> = {
    lut: 0,
    strides: c.strides,
    dilations: c.dilations,
    pads: c.pads,
    group: c.group,
    halo,
    padding: c.skipPadding ? 'skip' : 'lookup',
    activationSigned: signed,
    weightSigned: c.weight === 'int8' ? 1 : 0,
    act: c.requantize ? 'relu' : 'none',
  };
  const y = (i: number): number => {
    const o = Math.floor(i / (outShape[2] * outShape[3])) % outputs;
    const set = setOf(Math.floor(i / (acc.length / images)));
    const scale = Math.fround(Math.fround(scales[set]) * weights.scales[o]);
    const product = Math.fround(Math.fround(Number(acc[i])) * scale);
    return Math.fround(product + weights.bias[o]);
  };
  if (!c.requantize) {
    const out = builder.tensor('f32', outShape, 'y');
    builder.op('LutConv', 'conv', inputs, [out], attributes);
    const plan = createTestPlan(builder.finish(planInputs, [out], 1));
    plan.setLut(0, addon.createLut(c.table));
    const [result] = await runPlan(plan);
    for (let i = 0; i < acc.length; i++) {
      if (!Object.is(result[i] + 0, y(i) + 0))
        assert.fail(`y[${i}] is ${result[i]}, expected ${y(i)} (acc ${acc[i]})`);
    }
    return kernelOf(plan);
  }
  // Requantized codes are read back by a 1×1 layer with the table T(a, w) = a, weight index 0, one group a channel.
  const outScale = 0.37;
  const outHalo = [1, 0, 2, 1];
  const [, , ho, wo] = outShape;
  const requantized = builder.tensor('u8', [images, outputs, ho + 3, wo + 1], 'requantized');
  builder.op('LutConv', 'conv', inputs, [requantized], {
    ...attributes,
    outScale,
    outZeroPoint: 128,
    outLo: 128,
    outHi: 255,
    outHalo,
  });
  const out = builder.tensor('f32', [images, outputs, ho + 3, wo + 1], 'y');
  const identity = [
    requantized,
    builder.constant(Float32Array.of(1, 0), [1, 2], 'one'),
    builder.constant(new Uint8Array(outputs), [outputs, 1, 1, 1], 'w1'),
    builder.constant(new Float32Array(outputs).fill(1), [outputs], 'ws1'),
    builder.constant(new Int32Array(outputs), [outputs], 'wz1'),
  ];
  builder.op('LutConv', 'read', identity, [out], {
    lut: 1,
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, 0, 0, 0],
    group: outputs,
    halo: [0, 0, 0, 0],
    padding: 'lookup',
    activationSigned: 1,
    weightSigned: 1,
    act: 'none',
  });
  const plan = createTestPlan(builder.finish(planInputs, [out], 2));
  plan.setLut(0, addon.createLut(c.table));
  plan.setLut(1, addon.createLut(Int32Array.from({ length: 65536 }, (_, i) => (i >> 8) - 128)));
  const [result] = await runPlan(plan);
  const expected = new Float32Array(result.length);
  for (let i = 0; i < acc.length; i++) {
    const plane = Math.floor(i / (ho * wo));
    const row = Math.floor(i / wo) % ho;
    const value = Math.fround(Math.max(y(i), 0) / Math.fround(outScale));
    expected[(plane * (ho + 3) + row + 1) * (wo + 1) + (i % wo)] = Math.min(roundHalfEven(value), 127);
  }
  assert.deepEqual(result, expected);
  return kernelOf(plan);
}

function kernelOf(plan: NativePlan): string {
  return plan.profile().find(({ name }) => name === 'conv')?.kernel ?? '';
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function randomCase(random: Random, kind: string): Case {
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)];
  for (;;) {
    const group = pick([1, 1, 2, 3]);
    const perGroup = pick([1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 49]);
    const [kh, kw] = [pick([1, 2, 3]), pick([1, 3, 5])];
    const c = {
      shape: [pick([1, 2, 3]), group * pick([1, 2, 3, 7]), pick([1, 4, 7, 9]), pick([1, 5, 8, 11])],
      weightShape: [group * perGroup, 0, kh, kw],
      strides: [pick([1, 2]), pick([1, 2, 3])],
      dilations: [pick([1, 1, 2]), pick([1, 1, 2])],
      pads: [pick([0, 1, 2]), pick([0, 1, 2]), pick([0, 1]), pick([0, 1, 2])],
      group,
      skipPadding: pick([false, false, true]),
      nonNegative: pick([false, true]),
      perSample: pick([false, true]),
      requantize: pick([false, false, true]),
      changing: pick([false, true]),
    };
    c.weightShape[1] = c.shape[1] / group;
    const fits = (axis: number) =>
      c.shape[2 + axis] + c.pads[axis] + c.pads[axis + 2] >=
      (c.weightShape[2 + axis] - 1) * c.dilations[axis] + 1;
    if (!fits(0) || !fits(1)) continue;
    const activation = pick(TYPES);
    const weight = pick(TYPES);
    return { ...c, activation, weight, table: makeTable(kind, random, activation, weight) };
  }
}

describe('LutConv equals the naive layer bit for bit', () => {
  for (const [index, kind] of Object.keys(TABLES).entries()) {
    test(`${kind} tables, any geometry, all operand types`, async () => {
      const random = new Random(100 + index);
      for (let i = 0; i < 60; i++) {
        const c = randomCase(random, kind);
        try {
          await check(c, random, 1 + (i % 3));
        } catch (error) {
          throw new Error(`case ${i}: ${JSON.stringify({ ...c, table: kind })}`, { cause: error });
        }
      }
    });
  }

  test('sizes around the tiles of the kernels', async () => {
    const random = new Random(7);
    const kernels = new Set<string>();
    for (const positions of [1, 31, 32, 33, 63, 64, 65, 130, 255, 257, 513]) {
      for (const outputs of [1, 3, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65]) {
        const depth = 1 + random.integer(9);
        const c: Case = {
          shape: [positions, depth, 1, 1],
          weightShape: [outputs, depth, 1, 1],
          strides: [1, 1],
          dilations: [1, 1],
          pads: [0, 0, 0, 0],
          group: 1,
          activation: TYPES[random.integer(2)],
          weight: TYPES[random.integer(2)],
          table: new Int32Array(),
          skipPadding: false,
          nonNegative: false,
          perSample: false,
          requantize: false,
          changing: false,
        };
        const table = makeTable('never zero', random, c.activation, c.weight);
        kernels.add(await check({ ...c, table }, random, 2));
      }
    }
    if (ON_CUDA) return; // whose families test/cuda forces one by one
    const families = { scalar: [], avx2: ['packed-rows'], avx512: ['packed-rows', 'permute'] };
    const expected = [...families[loadAddon().isa()], 'scalar-columns', 'scalar-rows'];
    // With a fast byte permutation nothing of these sizes is left to the packed rows.
    const optional = loadAddon().isa() === 'avx512' && !kernels.has('packed-rows') ? ['packed-rows'] : [];
    assert.deepEqual([...kernels, ...optional].sort(), expected);
  });
});
