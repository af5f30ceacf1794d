import { intAttribute } from '../../../src/onnx/attributes.js';
import type { NodeContext } from '../../../src/onnx/context.js';
import {
  convParameters,
  poolParameters,
  type SpatialParameters,
} from '../../../src/onnx/parameters/spatial.js';
import { broadcast, build, element, indicesOf, type Tensor64 } from './tensor.js';

/** Positions of the input that a window over two axes covers; undefined for a tap in the padding. */
export function* taps(
  { kernel, strides, dilations, pads }: SpatialParameters,
  plane: readonly number[],
  at: readonly number[],
) {
  for (const tap of indicesOf(kernel)) {
    const from = tap.map((k, axis) => at[axis] * strides[axis] - pads[axis] + k * dilations[axis]);
    const inside = from.every((position, axis) => position >= 0 && position < plane[axis]);
    const declared = from.every((position, axis) => position < plane[axis] + pads[axis + plane.length]);
    yield { tap, from: inside ? from : undefined, declared };
  }
}

export function convolve(
  context: NodeContext,
  x: Tensor64,
  w: Tensor64,
  bias: Tensor64 | undefined,
): Tensor64 {
  const parameters = convParameters(context);
  const [n, , ...plane] = x.shape;
  const [outputs, depth] = w.shape;
  return build([n, outputs, ...parameters.output], ([image, o, ...at]) => {
    const first = Math.floor(o / (outputs / parameters.group)) * depth;
    let sum = bias?.data[o] ?? 0;
    for (const { tap, from } of taps(parameters, plane, at)) {
      if (from === undefined) continue;
      for (let c = 0; c < depth; c++)
        sum += element(x, [image, first + c, ...from]) * element(w, [o, c, ...tap]);
    }
    return sum;
  });
}

export function pool(context: NodeContext, x: Tensor64): Tensor64 {
  const { node } = context;
  const parameters = poolParameters(context);
  const [n, channels, ...plane] = x.shape;
  const countsPadding = intAttribute(node, 'count_include_pad', 0) === 1;
  return build([n, channels, ...parameters.output], ([image, c, ...at]) => {
    const all = [...taps(parameters, plane, at)];
    const values = all.flatMap(({ from }) => (from === undefined ? [] : [element(x, [image, c, ...from])]));
    if (node.op === 'MaxPool') return Math.max(...values);
    const count = countsPadding ? all.filter(({ declared }) => declared).length : values.length;
    return values.reduce((a, b) => a + b, 0) / count;
  });
}

export function matMul(a: Tensor64, b: Tensor64): Tensor64 {
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const depth = a.shape[a.shape.length - 1];
  const shape = [...leading, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]];
  return build(shape, (index) => {
    const [row, column] = index.slice(-2);
    const batch = index.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += element(a, [...batch, row, k]) * element(b, [...batch, k, column]);
    return sum;
  });
}
