import type { TensorId } from '../../src/engine/plan.js';
import type { PlanBuilder } from '../../src/engine/plan_builder.js';

/** T(a, w) = index of a: under this table a layer of one weight shows what its codes are. */
export const INDEX_TABLE = Int32Array.from({ length: 65536 }, (_, i) => i >> 8);

const WINDOW = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1, halo: [0, 0, 0, 0] };
const LAYER = { ...WINDOW, padding: 'lookup', activationSigned: 0, weightSigned: 0, act: 'none' };

/** Emits what makes the bytes of a u8 tensor an f32 tensor [count]. @param slot holds INDEX_TABLE */
export function readIndices(builder: PlanBuilder, bytes: TensorId, slot: number): TensorId {
  const count = builder.shape(bytes).reduce((a, b) => a * b, 1);
  const name = `${builder.name(bytes)} as numbers`;
  const out = builder.tensor('f32', [count, 1, 1, 1], name);
  const codes = builder.view(bytes, [count, 1, 1, 1], name);
  const inputs = [
    codes,
    builder.constant(Float32Array.of(1, 0), [1, 2], 'one'),
    builder.constant(Uint8Array.of(0), [1, 1, 1, 1], 'weight'),
    builder.constant(Float32Array.of(1), [1], 'weight scale'),
    builder.constant(Int32Array.of(0), [1], 'weight zero point'),
  ];
  builder.op('LutConv', name, inputs, [out], { ...LAYER, lut: slot });
  return out;
}

/** Emits what makes weight zero points, i32 [O], an f32 tensor. @param slot holds INDEX_TABLE */
export function readZeroPoints(builder: PlanBuilder, zeroPoints: TensorId, slot: number): TensorId {
  const [outputs] = builder.shape(zeroPoints);
  const name = `${builder.name(zeroPoints)} as numbers`;
  // A code and a weight of 0: y = T(0, 0) − z_w·Σ a − z_a·Σ w + z_a·z_w with z_a = 1.
  const inputs = [
    builder.constant(Uint8Array.of(0), [1, 1, 1, 1], 'code'),
    builder.constant(Float32Array.of(1, 1), [1, 2], 'one'),
    builder.constant(new Uint8Array(outputs!), [outputs!, 1, 1, 1], 'weights'),
    builder.constant(new Float32Array(outputs!).fill(1), [outputs!], 'weight scales'),
    zeroPoints,
  ];
  const out = builder.tensor('f32', [1, outputs!, 1, 1], name);
  builder.op('LutConv', name, inputs, [out], { ...LAYER, lut: slot });
  return out;
}
