import { intAttribute } from '../attributes.js';
import { failNode, integersOf, normalizeAxis, type ValueType } from '../context.js';
import { allocate } from '../element_types.js';
import type { Tensor } from '../graph.js';
import { transposePermutation } from '../parameters/axes.js';
import { sliceParameters } from '../parameters/slice.js';
import { allConstant, broadcastStrides, type Evaluator, stridedIndices, stridesOf } from './evaluator.js';

/** output[i] = x[indices[i]] */
function take(x: Tensor, indices: ArrayLike<number>, output: ValueType): Tensor {
  const data = allocate(x.type, indices.length);
  for (let i = 0; i < indices.length; i++) data[i] = x.data[indices[i]!]!;
  return { type: x.type, shape: output.shape, data };
}

const sameData: Evaluator = ({ constants }, output) =>
  constants[0] && { ...constants[0], shape: output.shape };

const transpose: Evaluator = (ctx, output) => {
  const x = ctx.constants[0];
  if (x === undefined) return undefined;
  const strides = stridesOf(x.shape);
  const permuted = transposePermutation(ctx).map((axis) => strides[axis]!);
  return take(x, stridedIndices(output.shape, permuted), output);
};

const slice: Evaluator = (ctx, output) => {
  const x = ctx.constants[0];
  const parameters = sliceParameters(ctx);
  if (x === undefined || parameters === undefined) return undefined;
  const strides = stridesOf(x.shape);
  const offset = parameters.starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  const stepped = strides.map((stride, axis) => stride * parameters.steps[axis]!);
  return take(x, stridedIndices(output.shape, stepped, offset), output);
};

const expand: Evaluator = (ctx, output) => {
  const x = ctx.constants[0];
  return x && take(x, stridedIndices(output.shape, broadcastStrides(x.shape, output.shape)), output);
};

const gather: Evaluator = (ctx, output) => {
  const [x, indices] = allConstant(ctx) ?? [];
  if (x === undefined || indices === undefined) return undefined;
  const axis = normalizeAxis(ctx.node, intAttribute(ctx.node, 'axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  const inner = stridesOf(x.shape)[axis]!;
  const outer = x.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const rows = integersOf(ctx.node, indices).map((index) => {
    if (index < -size || index >= size)
      failNode(ctx.node, `index ${index} is outside its input's ${size} entries`);
    return index < 0 ? index + size : index;
  });
  const sources: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const row of rows) for (let i = 0; i < inner; i++) sources.push((o * size + row) * inner + i);
  }
  return take(x, sources, output);
};

const concat: Evaluator = (ctx, output) => {
  const inputs = allConstant(ctx);
  if (inputs === undefined) return undefined;
  const axis = normalizeAxis(ctx.node, intAttribute(ctx.node, 'axis', 1), output.shape.length);
  const outer = output.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const data = allocate(
    output.type,
    output.shape.reduce((a, b) => a * b, 1),
  );
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (const input of inputs) {
      const run = input.data.length / outer;
      for (let i = 0; i < run; i++) data[next++] = input.data[o * run + i]!;
    }
  }
  return { ...output, data };
};

/** Operators that move elements: they work on every element type. */
export const STRUCTURAL: ReadonlyMap<string, Evaluator> = new Map([
  ...['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map((op) => [op, sameData] as const),
  ['Transpose', transpose],
  ['Slice', slice],
  ['Expand', expand],
  ['Gather', gather],
  ['Concat', concat],
]);
