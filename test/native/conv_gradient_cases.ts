import assert from 'node:assert/strict';
import { loadAddon } from '../../src/engine/addon.js';
import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan } from '../support/engine.js';
import { checkLayerGradients, plainLayer, randomLayer } from '../support/layer_gradients.js';
import { sizeOf } from '../support/native_op.js';

/*
 * Gradients of convolutions against plain loops. Run as a program it checks all generated cases with the ISA in
 * use and prints that.
 */

/** A float32 convolution; shapes as ONNX has them. */
export interface ConvCase {
  readonly shape: readonly [number, number, number, number];
  readonly weightShape: readonly [number, number, number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
  readonly group: number;
  readonly masked: boolean;
}

export const plainConv: ConvCase = {
  shape: [2, 4, 6, 6],
  weightShape: [5, 4, 3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  pads: [1, 1, 1, 1],
  group: 1,
  masked: true,
};

/** Spatial size of the output; not positive where the kernel does not fit. */
function outSize(c: ConvCase, axis: 0 | 1): number {
  const reach = (c.weightShape[2 + axis]! - 1) * c.dilations[axis] + 1;
  return Math.floor((c.shape[2 + axis]! + c.pads[axis] + c.pads[axis + 2]! - reach) / c.strides[axis]) + 1;
}

export function outShape(c: ConvCase): number[] {
  return [c.shape[0], c.weightShape[0], outSize(c, 0), outSize(c, 1)];
}

const windowOf = (c: ConvCase): Record<string, PlanAttribute> => ({
  strides: c.strides,
  pads: c.pads,
  dilations: c.dilations,
  group: c.group,
});

/** Calls `visit` for every product x·w that the output has, with the indices in y, x and w. */
function forEachProduct(c: ConvCase, visit: (y: number, x: number, w: number) => void): void {
  const [n, channels, height, width] = c.shape;
  const [outputs, depth, kh, kw] = c.weightShape;
  const [, , ho, wo] = outShape(c) as [number, number, number, number];
  for (let y = 0; y < n * outputs * ho * wo; y++) {
    const ox = y % wo;
    const oy = Math.floor(y / wo) % ho;
    const o = Math.floor(y / (wo * ho)) % outputs;
    const image = Math.floor(y / (wo * ho * outputs));
    const first = Math.floor(o / (outputs / c.group)) * depth;
    for (let k = 0; k < depth * kh * kw; k++) {
      const iy = oy * c.strides[0] - c.pads[0] + (Math.floor(k / kw) % kh) * c.dilations[0];
      const ix = ox * c.strides[1] - c.pads[1] + (k % kw) * c.dilations[1];
      if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
      const channel = image * channels + first + Math.floor(k / (kh * kw));
      visit(y, (channel * height + iy) * width + ix, o * depth * kh * kw + k);
    }
  }
}

/** A plan of both gradients, from x, w and g. */
export function convGradientPlan(c: ConvCase, mask: Uint8Array): Plan {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', c.shape, 'x');
  const w = builder.tensor('f32', c.weightShape, 'w');
  const g = builder.tensor('f32', outShape(c), 'g');
  const dx = builder.tensor('f32', c.shape, 'dx');
  const dw = builder.tensor('f32', c.weightShape, 'dw');
  const masks = c.masked ? [builder.constant(mask, [mask.length], 'mask')] : [];
  builder.op('ConvInputGradient', 'input', [g, w, ...masks], [dx], windowOf(c));
  builder.op('ConvWeightGradient', 'weight', [g, x], [dw], windowOf(c));
  return builder.finish([x, w, g], [dx, dw], 0);
}

/** Both gradients with 1, 2 and 3 threads, which must give the same bytes, near those of float64 loops. */
export async function checkConvGradients(c: ConvCase, random: Random): Promise<void> {
  const values = (shape: readonly number[]) =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  const [x, w, g] = [values(c.shape), values(c.weightShape), values(outShape(c))] as const;
  const mask = Uint8Array.from({ length: Math.ceil(x.length / 8) }, () => random.integer(256));
  const addon = loadAddon();
  const plan = createTestPlan(convGradientPlan(c, mask));
  addon.setThreads(1);
  const actual = (await plan.run([x, w, g])) as [Float32Array, Float32Array];
  for (const threads of [2, 3]) {
    addon.setThreads(threads);
    assert.deepEqual(await plan.run([x, w, g]), actual, `${threads} threads give other bytes`);
  }
  const expected = [new Float64Array(x.length), new Float64Array(w.length)] as const;
  const magnitudes = [new Float64Array(x.length), new Float64Array(w.length)] as const;
  forEachProduct(c, (yi, xi, wi) => {
    if (!c.masked || (mask[xi >> 3]! >> (xi & 7)) & 1) {
      expected[0][xi]! += g[yi]! * w[wi]!;
      magnitudes[0][xi]! += Math.abs(g[yi]! * w[wi]!);
    }
    expected[1][wi]! += g[yi]! * x[xi]!;
    magnitudes[1][wi]! += Math.abs(g[yi]! * x[xi]!);
  });
  for (const [which, name] of ['dx', 'dw'].entries()) {
    for (const [i, sum] of expected[which]!.entries()) {
      const error = Math.abs(actual[which]![i]! - sum);
      if (!(error <= 1e-5 * magnitudes[which]![i]!)) {
        assert.fail(`${name}[${i}] is ${actual[which]![i]}, expected ${sum}`);
      }
    }
  }
}

function randomConv(random: Random): ConvCase {
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
  for (;;) {
    const group = pick([1, 1, 2, 3]);
    const depth = pick([1, 2, 3, 9, 17]);
    const c: ConvCase = {
      shape: [pick([1, 2, 3, 5, 9]), group * depth, pick([1, 2, 4, 7, 13]), pick([1, 3, 5, 8, 16])],
      weightShape: [group * pick([1, 2, 5, 8, 16, 17, 33]), depth, pick([1, 2, 3, 5]), pick([1, 3, 4])],
      strides: [pick([1, 1, 2, 3]), pick([1, 1, 2, 3])],
      dilations: [pick([1, 1, 2]), pick([1, 1, 3])],
      pads: [pick([0, 1, 2, 7]), pick([0, 1, 2]), pick([0, 1, 3]), pick([0, 1, 2, 9])],
      group,
      masked: pick([false, true]),
    };
    if (outSize(c, 0) > 0 && outSize(c, 1) > 0) return c;
  }
}

async function checkAll<Case>(count: number, next: () => Case, check: (c: Case) => Promise<void>) {
  for (let i = 0; i < count; i++) {
    const c = next();
    try {
      await check(c);
    } catch (error) {
      throw new Error(`case ${i}: ${JSON.stringify(c)}`, { cause: error });
    }
  }
}

/** Convolutions of any geometry. */
export async function checkRandomConvs(count: number): Promise<void> {
  const random = new Random(21);
  await checkAll(
    count,
    () => randomConv(random),
    (c) => checkConvGradients(c, random),
  );
}

/** Approximate layers of any geometry, with derivatives that are vectors. */
export async function checkRandomLayers(count: number): Promise<void> {
  const random = new Random(22);
  await checkAll(
    count,
    () => randomLayer(random, false),
    (c) => checkLayerGradients(c, random),
  );
}

/** Convolutions whose work is cut in all ways. */
export const sizes: Readonly<Record<string, Partial<ConvCase>>> = {
  'many small images': { shape: [70, 3, 3, 3], weightShape: [5, 3, 3, 3] },
  'images of one value': { shape: [70, 3, 1, 1], weightShape: [5, 3, 3, 3] },
  'rows in strips': { shape: [1, 40, 70, 30], weightShape: [3, 40, 3, 3] },
  'strips of strided rows': { shape: [1, 40, 70, 30], weightShape: [7, 40, 3, 3], strides: [3, 2] },
  'parts of a row': { shape: [2, 9, 1, 9000], weightShape: [3, 9, 1, 5], pads: [0, 2, 0, 2] },
  'parts of a strided row': {
    shape: [1, 3, 1, 20_000],
    weightShape: [20, 3, 1, 3],
    strides: [1, 4],
    pads: [0, 1, 0, 0],
  },
  'a long column': { shape: [1, 3, 5000, 1], weightShape: [20, 3, 3, 1], pads: [1, 0, 1, 0] },
  'blocks of channels': { shape: [2, 150, 2, 3], weightShape: [110, 150, 3, 3] },
  'large blocks of channels': { shape: [1, 505, 3, 3], weightShape: [500, 505, 3, 3] },
  'blocks of channels, some masked': { shape: [1, 200, 3, 5], weightShape: [90, 200, 3, 3], strides: [2, 2] },
  'more strips than parts of the sums': { shape: [2, 1, 170, 190], weightShape: [2, 1, 3, 3] },
  'a dense layer': { shape: [50, 37, 1, 1], weightShape: [21, 37, 1, 1], pads: [0, 0, 0, 0] },
  'a kernel of the size of the image': {
    shape: [40, 5, 4, 3],
    weightShape: [21, 5, 4, 3],
    pads: [0, 0, 0, 0],
  },
  'a pointwise layer': { shape: [3, 37, 9, 11], weightShape: [21, 37, 1, 1], pads: [0, 0, 0, 0] },
  'a strided pointwise layer': {
    shape: [3, 16, 9, 12],
    weightShape: [21, 16, 1, 1],
    strides: [2, 2],
    pads: [0, 0, 0, 0],
  },
  'a depthwise layer': { shape: [3, 40, 9, 9], weightShape: [40, 1, 3, 3], group: 40 },
  'a depthwise layer of several outputs': {
    shape: [2, 6, 19, 23],
    weightShape: [18, 1, 5, 3],
    group: 6,
    strides: [2, 3],
    dilations: [2, 1],
    pads: [3, 0, 1, 6],
  },
  'a large kernel': { shape: [1, 2, 12, 12], weightShape: [3, 2, 11, 11], pads: [5, 5, 5, 5] },
  'a stride beyond the image': { shape: [2, 3, 5, 5], weightShape: [4, 3, 2, 2], strides: [9, 9] },
  'a huge stride': { shape: [2, 3, 5, 5], weightShape: [4, 3, 2, 2], strides: [2 ** 20, 2 ** 20] },
  'padding beyond the image': { shape: [2, 3, 2, 2], weightShape: [4, 3, 2, 2], pads: [40, 3, 0, 50] },
};

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  await checkRandomConvs(60);
  await checkRandomLayers(20);
  for (const c of Object.values(sizes)) await checkConvGradients({ ...plainConv, ...c }, new Random(3));
  await checkLayerGradients(plainLayer, new Random(3));
  process.stdout.write(loadAddon().isa());
}
