import { intAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { poolParameters, type SpatialParameters } from '../../onnx/parameters/spatial.js';
import { type Lower, type LoweringContext, lowerUnary, NotNative } from './context.js';

/** A two-dimensional sliding window; one-dimensional ones get a height of 1. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
}

/** `[N, C, W]` as `[N, C, 1, W]`; two-dimensional images as they are. */
export function imageShape(shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return shape;
  if (shape.length === 3) return [shape[0], shape[1], 1, shape[2]];
  throw new NotNative(`${shape.length - 2}-dimensional windows`);
}

/** The window of a one- or two-dimensional Conv or pooling node. */
export function windowOf({ kernel, strides, dilations, pads }: SpatialParameters): Window {
  const rank = kernel.length;
  if (rank > 2) throw new NotNative(`${rank}-dimensional windows`);
  const pair = (values: readonly number[], flat: number): [number, number] =>
    rank === 2 ? [values[0], values[1]] : [flat, values[0]];
  return {
    kernel: pair(kernel, 1),
    strides: pair(strides, 1),
    // A window of one tap has no dilation, whatever the model says.
    dilations: pair(
      dilations.map((dilation, axis) => (kernel[axis] === 1 ? 1 : dilation)),
      1,
    ),
    pads: [...pair(pads.slice(0, rank), 0), ...pair(pads.slice(rank), 0)],
  };
}

const pool: Lower = (node, context) => {
  if (node.outputs.length > 1 && node.outputs[1] !== '')
    throw new NotNative('the indices of MaxPool are used');
  if (intAttribute(node, 'storage_order', 0) !== 0) throw new NotNative('column-major MaxPool');
  const window = { ...windowOf(poolParameters(context.of(node))) };
  const countIncludePad = intAttribute(node, 'count_include_pad', 0) === 0 ? 0 : 1;
  image(node, context, node.op === 'AveragePool' ? { ...window, countIncludePad } : window);
};

const globalPool: Lower = (node, context) => {
  if (context.shape(node.inputs[0]).length < 3)
    throw new NotNative('global pooling without spatial dimensions');
  lowerUnary(node, context);
};

function image(node: Node, context: LoweringContext, attributes: Record<string, number | readonly number[]>) {
  const [output] = node.outputs;
  const source = context.value(node.inputs[0]);
  const input = context.builder.view(source, imageShape(context.shape(node.inputs[0])), node.inputs[0]);
  const id = context.builder.tensor('f32', imageShape(context.shape(output)), output);
  context.builder.op(node.op, node.name, [input], [id], attributes);
  context.define(output, context.builder.view(id, context.shape(output), output));
}

export const windowLowerings: Readonly<Record<string, Lower>> = {
  MaxPool: pool,
  AveragePool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
};
