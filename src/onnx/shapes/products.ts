import { intAttribute } from '../attributes.js';
import { broadcastShapes, failNode, type NodeContext, requiredInput } from '../context.js';
import { convParameters, poolParameters } from '../parameters/spatial.js';
import type { ShapeRule } from './rule.js';

const conv: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const { outputChannels, output } = convParameters(ctx);
  return [{ type: x.type, shape: [x.shape[0]!, outputChannels, ...output] }];
};

const pool: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const shape = [...x.shape.slice(0, 2), ...poolParameters(ctx).output];
  return [
    { type: x.type, shape },
    { type: 'int64', shape },
  ];
};

const globalPool: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  if (x.shape.length < 3) failNode(ctx.node, `a global pooling needs an input [N,C,…], got [${x.shape}]`);
  return [{ type: x.type, shape: x.shape.map((size, axis) => (axis < 2 ? size : 1)) }];
};

const gemm: ShapeRule = (ctx) => {
  const { node } = ctx;
  const a = requiredInput(ctx, 0);
  const b = requiredInput(ctx, 1);
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    failNode(node, `Gemm needs two matrices, got [${a.shape}] and [${b.shape}]`);
  }
  const [m, k] = intAttribute(node, 'transA', 0) === 0 ? a.shape : [a.shape[1], a.shape[0]];
  const [k2, n] = intAttribute(node, 'transB', 0) === 0 ? b.shape : [b.shape[1], b.shape[0]];
  if (k !== k2) failNode(node, `it multiplies [${m},${k}] by [${k2},${n}]: the inner sizes differ`);
  const shape = [m!, n!];
  const c = ctx.inputs[2]?.shape;
  if (c !== undefined && broadcastShapes(node, [shape, c]).join() !== shape.join()) {
    failNode(node, `its C [${c}] does not broadcast to its output [${shape}]`);
  }
  return [{ type: a.type, shape }];
};

/** NumPy's matmul; a third input is the bias [N] of the private operator. */
const matMul: ShapeRule = (ctx) => {
  const { node } = ctx;
  const a = requiredInput(ctx, 0);
  const b = requiredInput(ctx, 1);
  if (a.shape.length === 0 || b.shape.length === 0) failNode(node, 'it multiplies a scalar');
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  if (left.at(-1) !== right.at(-2)) {
    failNode(node, `it multiplies [${a.shape}] by [${b.shape}]: the inner sizes differ`);
  }
  checkBias(ctx, right.at(-1)!);
  const batch = broadcastShapes(node, [left.slice(0, -2), right.slice(0, -2)]);
  const rows = a.shape.length === 1 ? [] : [left.at(-2)!];
  const columns = b.shape.length === 1 ? [] : [right.at(-1)!];
  return [{ type: a.type, shape: [...batch, ...rows, ...columns] }];
};

function checkBias({ node, inputs }: NodeContext, columns: number): void {
  const bias = inputs[2]?.shape;
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== columns)) {
    failNode(node, `its bias must be [${columns}], got [${bias}]`);
  }
}

/** Multiplying layers and poolings. */
export const PRODUCT_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['MaxPool', pool],
  ['AveragePool', pool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
]);
