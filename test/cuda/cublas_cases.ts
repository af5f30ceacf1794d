import { loadAddon } from '../../src/engine/addon.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import { Random } from '../../src/util/random.js';
import { type ConvCase, convGradientPlan, plainConv } from '../native/conv_gradient_cases.js';
import { gradientsPlan, type LayerCase, operandsOf, plainLayer } from '../support/layer_gradients.js';
import { randomTensor, singleOpPlan, sizeOf } from '../support/native_op.js';
import { relativeError } from '../support/onnxruntime.js';

/*
 * Run as a program it runs plans of dense products on device 0, twice (the second run is that of a graph), and
 * prints for each what differs from the CPU engine and the kernels of its ops. cuBLAS is looked for once in a process.
 */

export interface ProductsCase {
  readonly plan: Plan;
  /** Values that are not random: by input of the plan. */
  readonly inputs?: readonly Float32Array[];
  /** Of its products, where there is a cuBLAS. */
  readonly kernels: readonly ('cublas' | 'tiled')[];
}

export interface ProductsResult {
  readonly name: string;
  readonly error: number;
  readonly kernels: readonly string[];
}

const random = new Random(7);

function op(
  type: string,
  shapes: readonly (readonly number[])[],
  outputShape: readonly number[],
  attributes: Readonly<Record<string, PlanAttribute>> = {},
): Plan {
  const inputs = shapes.map((shape) => randomTensor(shape, random));
  return singleOpPlan({ type, inputs, outputShape, attributes });
}

function gemm(transA: number, transB: number, c: readonly number[], [m, n, k] = [260, 516, 512]): Plan {
  const shapes = [transA ? [k!, m!] : [m!, k!], transB ? [n!, k!] : [k!, n!], c];
  const clip = { act: 'clip', actMin: -1, actMax: 4 };
  return op('Gemm', shapes, [m!, n!], { transA, transB, alpha: 0.5, beta: 2, ...clip });
}

function conv(c: Pick<ConvCase, 'shape' | 'weightShape'>): Plan {
  const [n, , h, w] = c.shape;
  const [outputs] = c.weightShape;
  const window = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 };
  const shapes = [c.shape, c.weightShape, [outputs]];
  return op('Conv', shapes, [n, outputs, h, w], { ...window, act: 'relu' });
}

function convGradients(c: Pick<ConvCase, 'shape' | 'weightShape'>): Plan {
  const mask = Uint8Array.from({ length: Math.ceil(sizeOf(c.shape) / 8) }, () => random.integer(256));
  return convGradientPlan({ ...plainConv, ...c, pads: [0, 0, 0, 0] }, mask);
}

function layer(): ProductsCase {
  const c: LayerCase = {
    ...plainLayer,
    shape: [16, 64, 16, 16],
    weightShape: [260, 64, 1, 1],
    pads: [0, 0, 0, 0],
    masked: true,
    matrices: false,
    constantTables: true,
  };
  const o = operandsOf(c, random);
  const kernels = ['cublas', 'cublas'] as const;
  return { plan: gradientsPlan(c, o, [0, 0, 0, 0]), inputs: [o.x, o.upstream], kernels };
}

const oneImage = { shape: [1, 128, 32, 32], weightShape: [516, 128, 1, 1] } as const;
const largePlanes = { shape: [16, 64, 16, 16], weightShape: [260, 64, 1, 1] } as const;
const smallPlanes = { shape: [25, 224, 7, 7], weightShape: [256, 224, 1, 1] } as const;
const noPlanes = { shape: [260, 512, 1, 1], weightShape: [516, 512, 1, 1] } as const;

export const cases: Readonly<Record<string, () => ProductsCase>> = {
  'Gemm and a row': () => ({ plan: gemm(0, 0, [516]), kernels: ['cublas'] }),
  'Gemm of a transposed a': () => ({ plan: gemm(1, 0, [260, 516]), kernels: ['cublas'] }),
  'Gemm of a transposed b': () => ({ plan: gemm(0, 1, [260, 1]), kernels: ['cublas'] }),
  'Gemm of both transposed': () => ({ plan: gemm(1, 1, [1]), kernels: ['cublas'] }),
  'a small Gemm': () => ({ plan: gemm(0, 0, [1], [70, 60, 50]), kernels: ['tiled'] }),
  'a narrow Gemm': () => ({ plan: gemm(0, 0, [1], [3000, 10, 2300]), kernels: ['tiled'] }),
  MatMul: () => ({
    plan: op(
      'MatMul',
      [
        [6, 200, 256],
        [6, 256, 224],
      ],
      [6, 200, 224],
    ),
    kernels: ['cublas'],
  }),
  'MatMul of one a': () => ({
    plan: op(
      'MatMul',
      [
        [200, 256],
        [6, 256, 224],
      ],
      [6, 200, 224],
    ),
    kernels: ['cublas'],
  }),
  'MatMul of one b': () => ({
    plan: op(
      'MatMul',
      [
        [6, 200, 256],
        [256, 224],
      ],
      [6, 200, 224],
    ),
    kernels: ['cublas'],
  }),
  'MatMul in uneven steps': () => ({
    plan: op(
      'MatMul',
      [
        [2, 1, 200, 256],
        [3, 256, 224],
      ],
      [2, 3, 200, 224],
    ),
    kernels: ['tiled'],
  }),
  'a pointwise Conv': () => ({ plan: conv(largePlanes), kernels: ['cublas'] }),
  'a pointwise Conv of small planes': () => ({ plan: conv(smallPlanes), kernels: ['cublas'] }),
  'a pointwise Conv of one image': () => ({ plan: conv(oneImage), kernels: ['cublas'] }),
  'a Conv without planes': () => ({ plan: conv(noPlanes), kernels: ['cublas'] }),
  gradients: () => ({ plan: convGradients(largePlanes), kernels: ['cublas', 'cublas'] }),
  'gradients of small planes': () => ({ plan: convGradients(smallPlanes), kernels: ['cublas', 'cublas'] }),
  'gradients of one image': () => ({ plan: convGradients(oneImage), kernels: ['cublas', 'cublas'] }),
  'gradients without planes': () => ({ plan: convGradients(noPlanes), kernels: ['cublas', 'cublas'] }),
  'gradients of an approximate layer': layer,
};

async function check(name: string, { plan, inputs: given }: ProductsCase): Promise<ProductsResult> {
  const addon = loadAddon();
  const cuda = addon.createCudaPlan(plan, cudaLibraryPath(), 0, '');
  const cpu = addon.createPlan(plan);
  let error = 0;
  for (let run = 0; run < 2; run++) {
    const inputs =
      given ??
      plan.inputs.map((index) => randomTensor(plan.tensors[index]!.shape, random).data as Float32Array);
    const [expected, actual] = [await cpu.run(inputs), await cuda.run(inputs)];
    for (const [i, values] of expected.entries()) error = Math.max(error, relativeError(actual[i]!, values));
  }
  const kernels = cuda.profile().flatMap(({ kernel, type }) => (type === 'Quantize' ? [] : [kernel]));
  return { name, error, kernels };
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.argv.slice(2);
  for (const [name, make] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`${JSON.stringify(await check(name, make()))}\n`);
  }
}
