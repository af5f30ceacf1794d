import assert from 'node:assert/strict';
import { loadAddon } from '../../src/engine/addon.js';
import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { firstOperand, type OperandType } from '../../src/multiplier/multiplier.js';
import type { Random } from '../../src/util/random.js';
import { rint } from '../../src/util/rint.js';
import { createTestPlan } from './engine.js';
import { naiveGradients, type SummedGradient } from './naive_layer_gradients.js';
import { sizeOf } from './native_op.js';

/*
 * Both gradient ops of an approximate layer, in a plan behind a Quantize, against the naive loops: for derivatives
 * that are vectors (of one operand) or matrices.
 */

const TYPES: readonly OperandType[] = ['int8', 'uint8'];

export interface LayerCase {
  readonly shape: readonly number[];
  readonly weightShape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly group: number;
  readonly activation: OperandType;
  readonly weight: OperandType;
  readonly skipPadding: boolean;
  /** Codes below 0 do not occur. */
  readonly nonNegative: boolean;
  readonly perSample: boolean;
  readonly masked: boolean;
  /** Derivatives depend on both operands. */
  readonly matrices: boolean;
  /** The derivatives are constants of the plan. */
  readonly constantTables: boolean;
}

/** What a plan of both gradients takes, and what the naive loops take. */
export function operandsOf(c: LayerCase, random: Random) {
  const [n] = c.shape as [number];
  const [outputs] = c.weightShape as [number];
  const lo = c.activation === 'uint8' || c.nonNegative ? 0 : -127;
  const hi = c.activation === 'int8' ? 127 : 255;
  const sets = c.perSample ? n : 1;
  const scales = Array.from({ length: sets }, () => 2 ** -(random.integer(4) + 3));
  const zeros = Array.from({ length: sets }, () => (c.activation === 'int8' ? 0 : random.integer(256)));
  const setOf = (image: number) => Math.floor((image * sets) / n);
  const perImage = sizeOf(c.shape) / n;
  // Some values lie outside of what the codes hold.
  const unclipped = Int32Array.from({ length: sizeOf(c.shape) }, () => lo - 9 + random.integer(hi - lo + 19));
  const x = Float32Array.from(unclipped, (code, i) => {
    const set = setOf(Math.floor(i / perImage));
    return (code - zeros[set]!) * scales[set]!;
  });
  const w0 = firstOperand(c.weight, 8);
  const [weightLo, weightHi] = c.weight === 'int8' ? [-127, 127] : [0, 255];
  const weightZeros = Int32Array.from({ length: outputs }, () =>
    c.weight === 'int8' ? 0 : random.integer(256),
  );
  const weightScales = Float32Array.from({ length: outputs }, () => 0.01 + random.uniform());
  const perOutput = sizeOf(c.weightShape) / outputs;
  const codes = Int32Array.from({ length: sizeOf(c.weightShape) }, () => weightLo - 2 + random.integer(260));
  const values = Float32Array.from(codes, (code, i) => {
    const o = Math.floor(i / perOutput);
    return (code - weightZeros[o]!) * weightScales[o]!;
  });
  const clampedWeights = codes.map((code) => Math.min(Math.max(code, weightLo), weightHi));
  // Neither 0 at (0, 0), nor symmetric, nor near the exact product's derivatives.
  const table = () =>
    Float32Array.from({ length: c.matrices ? 65536 : 256 }, () => 20 + random.normal() * 60);
  const size = (axis: number) =>
    Math.floor(
      (c.shape[2 + axis]! +
        c.pads[axis]! +
        c.pads[axis + 2]! -
        (c.weightShape[2 + axis]! - 1) * c.dilations[axis]! -
        1) /
        c.strides[axis]!,
    ) + 1;
  const outShape = [n, outputs, size(0), size(1)];
  return {
    lo,
    hi,
    sets,
    scales,
    zeros,
    setOf,
    unclipped,
    x,
    w0,
    weightLo,
    weightHi,
    weightZeros,
    weightScales,
    values,
    unclippedWeights: codes,
    weights: clampedWeights,
    byActivation: table(),
    byWeight: table(),
    outShape,
    upstream: Float32Array.from({ length: sizeOf(outShape) }, () => random.normal()),
  };
}

type Operands = ReturnType<typeof operandsOf>;

export function gradientsPlan(c: LayerCase, o: Operands, halo: readonly number[]): Plan {
  const builder = new PlanBuilder();
  const [n, channels, h, w] = c.shape as [number, number, number, number];
  const x = builder.tensor('f32', c.shape, 'x');
  const g = builder.tensor('f32', o.outShape, 'g');
  const qparams = builder.constant(
    Float32Array.from(o.scales.flatMap((scale, i) => [scale, o.zeros[i]!])),
    [o.sets, 2],
    'qparams',
  );
  const padded = [n, channels, h + halo[0]! + halo[2]!, w + halo[1]! + halo[3]!];
  const codes = builder.tensor('u8', padded, 'codes');
  const mask = c.masked ? builder.tensor('u8', [Math.ceil(o.x.length / 8)], 'mask') : -1;
  const a0 = firstOperand(c.activation, 8);
  const signed = c.activation === 'int8' ? 1 : 0;
  const quantize = { halo, signed, lo: o.lo - a0, hi: o.hi - a0 };
  builder.op('Quantize', 'q', [x, qparams], c.masked ? [codes, mask] : [codes], quantize);
  const outputs = c.weightShape[0]!;
  const layer = [
    builder.constant(
      Uint8Array.from(o.weights, (code) => code - o.w0),
      c.weightShape,
      'w',
    ),
    builder.constant(o.weightScales, [outputs], 'ws'),
    builder.constant(o.weightZeros, [outputs], 'wz'),
  ];
  const tableShape = c.matrices ? [256, 256] : [256];
  const table = (name: string, values: Float32Array) =>
    c.constantTables ? builder.constant(values, tableShape, name) : builder.tensor('f32', tableShape, name);
  const [da, dw] = [table('dA', o.byActivation), table('dW', o.byWeight)];
  const values = builder.constant(o.values, c.weightShape, 'values');
  const window: Record<string, PlanAttribute> = {
    strides: c.strides,
    pads: c.pads,
    dilations: c.dilations,
    group: c.group,
    halo,
  };
  const dx = builder.tensor('f32', c.shape, 'dx');
  const inputs = [g, ...layer, da, mask, ...(c.matrices ? [codes] : [])];
  builder.op('LutConvInputGradient', 'input', inputs, [dx], window);
  const dweights = builder.tensor('f32', c.weightShape, 'dweights');
  builder.op('LutConvWeightGradient', 'weight', [g, codes, qparams, dw, values, ...layer], [dweights], {
    ...window,
    padding: c.skipPadding ? 'skip' : 'lookup',
    activationSigned: signed,
    weightSigned: c.weight === 'int8' ? 1 : 0,
    weightLo: o.weightLo - o.w0,
    weightHi: o.weightHi - o.w0,
  });
  return builder.finish(c.constantTables ? [x, g] : [x, g, da, dw], [dx, dweights], 0);
}

function inputsOf(c: LayerCase, o: Operands): Float32Array[] {
  return c.constantTables ? [o.x, o.upstream] : [o.x, o.upstream, o.byActivation, o.byWeight];
}

function assertClose(actual: Float32Array, { sum, magnitude }: SummedGradient, what: string): void {
  for (let i = 0; i < sum.length; i++) {
    const error = Math.abs(actual[i]! - sum[i]!);
    assert.ok(error <= 1e-5 * magnitude[i]!, `${what}[${i}] is ${actual[i]}, expected ${sum[i]}`);
  }
}

/** Runs both gradients with 1, 2 and 3 threads, which must give the same bytes, near those of the naive loops. */
export async function checkLayerGradients(c: LayerCase, random: Random): Promise<void> {
  const o = operandsOf(c, random);
  const addon = loadAddon();
  const halo = c.pads.map((pad) => pad + random.integer(2));
  const plan = createTestPlan(gradientsPlan(c, o, halo));
  addon.setThreads(1);
  const [dx, dw] = (await plan.run(inputsOf(c, o))) as [Float32Array, Float32Array];
  for (const threads of [2, 3]) {
    addon.setThreads(threads);
    assert.deepEqual(await plan.run(inputsOf(c, o)), [dx, dw], `${threads} threads give other bytes`);
  }
  const a0 = firstOperand(c.activation, 8);
  const images = Array.from({ length: c.shape[0]! }, (_, image) => o.setOf(image));
  const inside = (code: number, lo: number, hi: number) => code >= lo && code <= hi;
  const { activations, weights } = naiveGradients({
    ...c,
    codes: o.unclipped.map((code) => Math.min(Math.max(code, o.lo), o.hi)),
    weights: o.weights,
    product: () => 0,
    zeroPoints: images.map((set) => o.zeros[set]!),
    scales: images.map((set) => o.scales[set]!),
    weightZeroPoints: [...o.weightZeros],
    weightScales: [...o.weightScales],
    upstream: o.upstream,
    outShape: o.outShape,
    byActivation: (a, w) => o.byActivation[c.matrices ? (a - a0) * 256 + w - o.w0 : w - o.w0]!,
    byWeight: (a, w) => o.byWeight[c.matrices ? (a - a0) * 256 + w - o.w0 : a - a0]!,
    activationMask: (i) => !c.masked || inside(o.unclipped[i]!, o.lo, o.hi),
    weightMask: (i) => {
      const channel = Math.floor(i / (o.values.length / c.weightShape[0]!));
      const code = rint(Math.fround(o.values[i]! / o.weightScales[channel]!)) + o.weightZeros[channel]!;
      return inside(code, o.weightLo, o.weightHi);
    },
  });
  assertClose(dx, activations, 'dX');
  assertClose(dw, weights, 'dW');
}

/** Any geometry, all operand types. */
export function randomLayer(random: Random, matrices: boolean): LayerCase {
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
  for (;;) {
    const group = pick([1, 1, 2, 3]);
    const depth = pick([1, 2, 3, 5]);
    const c: LayerCase = {
      shape: [pick([1, 2, 3, 5]), group * depth, pick([1, 4, 7, 9]), pick([1, 5, 8, 11])],
      weightShape: [group * pick([1, 2, 5, 15, 16, 17, 33]), depth, pick([1, 2, 3, 5]), pick([1, 3, 5])],
      strides: [pick([1, 1, 2, 3]), pick([1, 2, 3])],
      dilations: [pick([1, 1, 2]), pick([1, 1, 3])],
      pads: [pick([0, 1, 2, 5]), pick([0, 1, 2]), pick([0, 1]), pick([0, 1, 2, 6])],
      group,
      activation: pick(TYPES),
      weight: pick(TYPES),
      skipPadding: pick([false, true]),
      nonNegative: pick([false, true]),
      perSample: pick([false, true]),
      masked: pick([false, true]),
      matrices,
      constantTables: pick([false, true]),
    };
    const fits = (axis: number) =>
      c.shape[2 + axis]! + c.pads[axis]! + c.pads[axis + 2]! >
      (c.weightShape[2 + axis]! - 1) * c.dilations[axis]!;
    if (fits(0) && fits(1)) return c;
  }
}

/** A layer without anything special. */
export const plainLayer: LayerCase = {
  shape: [2, 4, 6, 6],
  weightShape: [5, 4, 3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  pads: [1, 1, 1, 1],
  group: 1,
  activation: 'int8',
  weight: 'int8',
  skipPadding: false,
  nonNegative: false,
  perSample: false,
  masked: true,
  matrices: false,
  constantTables: true,
};
