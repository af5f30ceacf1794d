import { loadAddon } from '../../src/engine/addon.js';
import { UserError } from '../../src/util/errors.js';
import { randomTensor, runNative, type SingleOp, seeded } from '../support/native_op.js';

/*
 * Ops whose work is divided among threads, with sizes around the tiles of all ISAs. Run as a program it prints
 * the ISA in use and all outputs as JSON.
 */

const random = seeded(11);
const tensor = (...shape: number[]) => randomTensor(shape, random, -3, 3);
const window = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };

/** Ops that are matrix products inside. */
export const products: ReadonlySet<string> = new Set(['Conv', 'Gemm', 'MatMul']);

export const ops: readonly SingleOp[] = [
  {
    type: 'Conv',
    inputs: [tensor(3, 17, 15, 13), tensor(29, 17, 3, 3), tensor(29)],
    outputShape: [3, 29, 15, 13],
    attributes: { ...window, group: 1, act: 'relu' },
  },
  {
    type: 'Conv',
    inputs: [tensor(2, 60, 5, 5), tensor(20, 60, 3, 3), tensor(20)],
    outputShape: [2, 20, 5, 5],
    attributes: { ...window, group: 1, act: 'none' },
  },
  {
    type: 'Gemm',
    inputs: [tensor(33, 70), tensor(65, 70), tensor(65)],
    outputShape: [33, 65],
    attributes: { transA: 0, transB: 1, alpha: 1, beta: 1, act: 'none' },
  },
  { type: 'MatMul', inputs: [tensor(3, 40, 30), tensor(30, 31)], outputShape: [3, 40, 31] },
  {
    type: 'MaxPool',
    inputs: [tensor(4, 9, 20, 21)],
    outputShape: [4, 9, 20, 21],
    attributes: { ...window, kernel: [3, 3] },
  },
  {
    type: 'AveragePool',
    inputs: [tensor(4, 9, 20, 21)],
    outputShape: [4, 9, 20, 21],
    attributes: { ...window, kernel: [3, 3], countIncludePad: 0 },
  },
  { type: 'GlobalAveragePool', inputs: [tensor(4, 50, 9, 13)], outputShape: [4, 50, 1, 1] },
  { type: 'GlobalMaxPool', inputs: [tensor(4, 50, 9, 13)], outputShape: [4, 50, 1, 1] },
  { type: 'ReduceSum', inputs: [tensor(7, 300, 70)], outputShape: [7, 70], attributes: { axes: [1] } },
  { type: 'ReduceMean', inputs: [tensor(70, 3000)], outputShape: [70], attributes: { axes: [1] } },
  {
    type: 'Softmax',
    inputs: [tensor(50, 1003)],
    outputShape: [50, 1003],
    attributes: { outer: 50, axisSize: 1003, inner: 1 },
  },
  {
    type: 'LogSoftmax',
    inputs: [tensor(50, 10, 37)],
    outputShape: [50, 10, 37],
    attributes: { outer: 50, axisSize: 10, inner: 37 },
  },
  {
    type: 'LRN',
    inputs: [tensor(2, 12, 35, 35)],
    outputShape: [2, 12, 35, 35],
    attributes: { size: 5, alpha: 0.1, beta: 0.75, bias: 1 },
  },
  ...['Sigmoid', 'Tanh', 'HardSwish'].map((type) => ({
    type,
    inputs: [tensor(40007)],
    outputShape: [40007],
  })),
  { type: 'Elu', inputs: [tensor(40007)], outputShape: [40007], attributes: { alpha: 1 } },
  {
    type: 'Div',
    inputs: [tensor(7, 11, 601), tensor(11, 1)],
    outputShape: [7, 11, 601],
    attributes: { act: 'clip', actMin: -9, actMax: 9 },
  },
  {
    type: 'Transpose',
    inputs: [tensor(65, 70, 9)],
    outputShape: [70, 9, 65],
    attributes: { perm: [1, 2, 0] },
  },
];

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  try {
    const isa = loadAddon().isa();
    const outputs: number[][] = [];
    for (const op of ops) outputs.push([...(await runNative(op))]);
    process.stdout.write(JSON.stringify({ isa, outputs }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
