import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { engineTable } from '../../src/engine/lut_table.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { firstOperand, type OperandType } from '../../src/multiplier/multiplier.js';
import type { Tensor } from '../../src/onnx/graph.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan } from '../support/engine.js';
import { modelBytes, node } from '../support/onnx_builder.js';
import { runOnnx } from '../support/onnxruntime.js';

interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly group: number;
}

const DENSE: Window = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 };

/** Codes of a tensor, as values. */
interface Codes {
  readonly type: OperandType;
  readonly shape: readonly number[];
  readonly values: Int32Array;
  readonly zeroPoint: number;
}

function randomCodes(random: Random, type: OperandType, shape: readonly number[]): Codes {
  const size = shape.reduce((a, b) => a * b, 1);
  const first = firstOperand(type, 8);
  const least = type === 'int8' ? -127 : 0;
  return {
    type,
    shape,
    values: Int32Array.from({ length: size }, () => Math.max(first + random.integer(256), least)),
    zeroPoint: type === 'int8' ? 0 : random.integer(256),
  };
}

/** Without VNNI onnxruntime adds pairs of u8·s8 products in 16 bits and saturates them; 7 bits are safe. */
function randomWeights(random: Random, type: OperandType, shape: readonly number[]): Codes {
  const codes = randomCodes(random, type, shape);
  return type === 'uint8' ? codes : { ...codes, values: codes.values.map((code) => code >> 1) };
}

function asTensor({ type, shape, values }: Codes): Tensor {
  return { type, shape, data: type === 'int8' ? Int8Array.from(values) : Uint8Array.from(values) };
}

function zeroPoint({ type, zeroPoint: value }: Codes): Tensor {
  return { type, shape: [], data: type === 'int8' ? Int8Array.of(value) : Uint8Array.of(value) };
}

/** The accumulators of one layer under the exact LUT: scales of 1 and no bias leave them as they are. */
async function accumulators(
  x: Codes,
  w: Codes,
  window: Window,
  outShape: readonly number[],
): Promise<Float32Array> {
  const addon = loadAddon();
  const builder = new PlanBuilder();
  const [top, left, bottom, right] = window.pads;
  const [n, c, h, width] = x.shape;
  const first = firstOperand(x.type, 8);
  const outputs = w.shape[0];
  const input = builder.tensor('f32', x.shape, 'x');
  const qparams = builder.constant(Float32Array.of(1, x.zeroPoint), [1, 2], 'qparams');
  const codes = builder.tensor('u8', [n, c, top + h + bottom, left + width + right], 'codes');
  const signed = x.type === 'int8' ? 1 : 0;
  const bounds = { lo: (x.type === 'int8' ? -127 : 0) - first, hi: 255 };
  builder.op('Quantize', 'q', [input, qparams], [codes], { halo: window.pads, signed, ...bounds });
  const weights = [
    builder.constant(
      Uint8Array.from(w.values, (code) => code - firstOperand(w.type, 8)),
      w.shape,
      'w',
    ),
    builder.constant(new Float32Array(outputs).fill(1), [outputs], 'ws'),
    builder.constant(new Int32Array(outputs).fill(w.zeroPoint), [outputs], 'wz'),
  ];
  const out = builder.tensor('f32', outShape, 'y');
  builder.op('LutConv', 'layer', [codes, qparams, ...weights], [out], {
    ...window,
    lut: 0,
    halo: window.pads,
    padding: 'lookup',
    activationSigned: signed,
    weightSigned: w.type === 'int8' ? 1 : 0,
    act: 'none',
  });
  const plan = createTestPlan(builder.finish([input], [out], 1));
  plan.setLut(0, addon.createLut(engineTable(exactMultiplier(x.type, w.type))));
  const [result] = await plan.run([Float32Array.from(x.values, (code) => code - x.zeroPoint)]);
  return result;
}

describe('with the exact LUT the sums are those of onnxruntime', () => {
  test('ConvInteger', async () => {
    const random = new Random(3);
    const cases = [
      { shape: [2, 3, 9, 8], weights: [20, 3, 3, 3], window: { ...DENSE, pads: [1, 1, 1, 1] } },
      { shape: [1, 8, 7, 11], weights: [6, 4, 3, 2], window: { ...DENSE, strides: [2, 1], group: 2 } },
      {
        shape: [3, 5, 12, 12],
        weights: [33, 5, 3, 3],
        window: { ...DENSE, dilations: [2, 2], pads: [0, 2, 1, 0] },
      },
      { shape: [2, 6, 10, 10], weights: [6, 1, 3, 3], window: { ...DENSE, group: 6, pads: [1, 1, 1, 1] } },
    ];
    for (const { shape, weights, window } of cases) {
      // onnxruntime has ConvInteger for unsigned activations.
      const x = randomCodes(random, 'uint8', shape);
      for (const type of ['int8', 'uint8'] as const) {
        const w = randomWeights(random, type, weights);
        const model = modelBytes({
          inputs: { x: { type: 'uint8', shape } },
          initializers: { w: asTensor(w), xz: zeroPoint(x), wz: zeroPoint(w) },
          nodes: [
            node('ConvInteger', ['x', 'w', 'xz', 'wz'], ['y'], {
              strides: window.strides,
              dilations: window.dilations,
              pads: window.pads,
              group: window.group,
            }),
          ],
          outputs: { y: { type: 'int32' } },
        });
        const { y } = await runOnnx(model, { x: asTensor(x) });
        const result = await accumulators(x, w, window, y.shape);
        assert.deepEqual(Array.from(result), Array.from(y.data, Number));
      }
    }
  });

  test('MatMulInteger', async () => {
    const random = new Random(4);
    for (const [rows, depth, columns] of [
      [1, 7, 3],
      [33, 40, 10],
      [70, 65, 48],
    ]) {
      for (const type of ['uint8', 'int8'] as const) {
        for (const weightType of ['int8', 'uint8'] as const) {
          const x = randomCodes(random, type, [rows, depth, 1, 1]);
          const w = randomWeights(random, weightType, [columns, depth, 1, 1]);
          const transposed = Int32Array.from({ length: depth * columns }, (_, i) => {
            return w.values[(i % columns) * depth + Math.floor(i / columns)];
          });
          const matrix = asTensor({ ...w, shape: [depth, columns], values: transposed });
          const model = modelBytes({
            inputs: { x: { type, shape: [rows, depth] } },
            initializers: { w: matrix, xz: zeroPoint(x), wz: zeroPoint(w) },
            nodes: [node('MatMulInteger', ['x', 'w', 'xz', 'wz'], ['y'])],
            outputs: { y: { type: 'int32' } },
          });
          const { y } = await runOnnx(model, { x: asTensor({ ...x, shape: [rows, depth] }) });
          const result = await accumulators(x, w, DENSE, [rows, columns, 1, 1]);
          assert.deepEqual(Array.from(result), Array.from(y.data, Number));
        }
      }
    }
  });
});
