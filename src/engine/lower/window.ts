import { intAttribute, intsAttribute, stringAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { type Lower, type LoweringContext, NotNative } from './context.js';

/** A two-dimensional sliding window; one-dimensional ones get a height of 1. */
export interface Window {
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  /** top, left, bottom, right */
  readonly pads: [number, number, number, number];
}

/** `[N, C, W]` as `[N, C, 1, W]`; two-dimensional images as they are. */
export function imageShape(shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return shape;
  if (shape.length === 3) return [shape[0], shape[1], 1, shape[2]];
  throw new NotNative(`${shape.length - 2}-dimensional windows`);
}

/**
 * Window of a Conv or pooling node over an input of the given shape; auto_pad is resolved here
 * (SAME_UPPER puts the odd pixel at the end, SAME_LOWER at the start).
 * @param kernelShape from the weights, where the node has no kernel_shape
 */
export function windowOf(node: Node, inputShape: readonly number[], kernelShape?: readonly number[]): Window {
  const rank = inputShape.length - 2;
  const kernel = intsAttribute(node, 'kernel_shape') ?? [...(kernelShape ?? [])];
  if (kernel.length !== rank || rank < 1 || rank > 2) throw new NotNative(`${rank}-dimensional windows`);
  const strides = intsAttribute(node, 'strides') ?? new Array<number>(rank).fill(1);
  const dilations = intsAttribute(node, 'dilations') ?? new Array<number>(rank).fill(1);
  const explicit = intsAttribute(node, 'pads') ?? new Array<number>(2 * rank).fill(0);
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET');
  const begins: number[] = [];
  const ends: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    if (mode === 'NOTSET') {
      begins.push(explicit[axis]);
      ends.push(explicit[axis + rank]);
    } else if (mode === 'VALID') {
      begins.push(0);
      ends.push(0);
    } else {
      const size = inputShape[axis + 2];
      const outputs = Math.ceil(size / strides[axis]);
      const reach = (outputs - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
      const total = Math.max(0, reach - size);
      begins.push(mode === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2));
      ends.push(mode === 'SAME_LOWER' ? Math.floor(total / 2) : Math.ceil(total / 2));
    }
  }
  const pair = (values: readonly number[], flat: number): [number, number] =>
    rank === 2 ? [values[0], values[1]] : [flat, values[0]];
  const [top, left] = pair(begins, 0);
  const [bottom, right] = pair(ends, 0);
  return {
    kernel: pair(kernel, 1),
    strides: pair(strides, 1),
    dilations: pair(dilations, 1),
    pads: [top, left, bottom, right],
  };
}

const pool: Lower = (node, context) => {
  if (node.outputs.length > 1 && node.outputs[1] !== '')
    throw new NotNative('the indices of MaxPool are used');
  if (intAttribute(node, 'storage_order', 0) !== 0) throw new NotNative('column-major MaxPool');
  const window = windowOf(node, context.shape(node.inputs[0]));
  const attributes =
    node.op === 'AveragePool'
      ? { ...window, countIncludePad: intAttribute(node, 'count_include_pad', 0) }
      : { ...window };
  image(node, context, attributes);
};

const globalPool: Lower = (node, context) => {
  const shape = context.shape(node.inputs[0]);
  if (shape.length < 3) throw new NotNative('global pooling without spatial dimensions');
  const [output] = node.outputs;
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op(node.op, node.name, [context.value(node.inputs[0])], [id]);
  context.define(output, id);
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
