import { intAttribute, intsAttribute, stringAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { constantNumbers, type Lower, type LoweringContext, lowerView, NotNative } from './context.js';

const concat: Lower = (node, context) => {
  const [output] = node.outputs;
  const shape = context.shape(output);
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', shape, output);
  context.builder.op('Concat', node.name, inputs, [id], {
    axis: axisOf(intAttribute(node, 'axis', 1), shape.length),
  });
  context.define(output, id);
};

/** Each part of a Split is a Slice. */
const split: Lower = (node, context) => {
  const input = context.value(node.inputs[0]);
  const shape = context.shape(node.inputs[0]);
  const axis = axisOf(intAttribute(node, 'axis', 0), shape.length);
  let start = 0;
  for (const output of node.outputs) {
    const part = context.shape(output);
    const id = context.builder.tensor('f32', part, output);
    const starts = shape.map((_, dimension) => (dimension === axis ? start : 0));
    context.builder.op('Slice', node.name, [input], [id], { starts, steps: shape.map(() => 1) });
    context.define(output, id);
    start += part[axis];
  }
};

/** Slice: attributes before opset 10, constant inputs since. */
const slice: Lower = (node, context) => {
  const [output] = node.outputs;
  const shape = context.shape(node.inputs[0]);
  const given = node.inputs.length > 1;
  const starts = given ? constantNumbers(context, node.inputs[1]) : (intsAttribute(node, 'starts') ?? []);
  const axes = given ? constantNumbers(context, node.inputs[3]) : (intsAttribute(node, 'axes') ?? []);
  const steps = given ? constantNumbers(context, node.inputs[4]) : undefined;
  if (starts === undefined) throw new NotNative('Slice without starts');
  const allStarts = shape.map(() => 0);
  const allSteps = shape.map(() => 1);
  starts.forEach((start, i) => {
    const axis = axisOf(axes?.length ? axes[i] : i, shape.length);
    const step = steps?.[i] ?? 1;
    const size = shape[axis];
    const from = start < 0 ? start + size : start;
    allSteps[axis] = step;
    allStarts[axis] = step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, 0), size - 1);
  });
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('Slice', node.name, [context.value(node.inputs[0])], [id], {
    starts: allStarts,
    steps: allSteps,
  });
  context.define(output, id);
};

/** Pad: attributes before opset 11, constant inputs since; axes since opset 18. */
const pad: Lower = (node, context) => {
  const [output] = node.outputs;
  const rank = context.shape(node.inputs[0]).length;
  const given = node.inputs.length > 1;
  const pads = given ? constantNumbers(context, node.inputs[1]) : (intsAttribute(node, 'pads') ?? []);
  if (pads === undefined) throw new NotNative('Pad without pads');
  const value = given
    ? (constantNumbers(context, node.inputs[2])?.[0] ?? 0)
    : Number(node.attributes.get('value') ?? 0);
  const axes = constantNumbers(context, node.inputs[3]) ?? Array.from({ length: rank }, (_, axis) => axis);
  const begins = new Array<number>(rank).fill(0);
  axes.forEach((axis, i) => {
    begins[axisOf(axis, rank)] = pads[i];
  });
  const mode = stringAttribute(node, 'mode', 'constant');
  if (!['constant', 'reflect', 'edge'].includes(mode)) throw new NotNative(`Pad mode ${mode}`);
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('Pad', node.name, [context.value(node.inputs[0])], [id], { begins, mode, value });
  context.define(output, id);
};

const transpose: Lower = (node, context) => {
  const [output] = node.outputs;
  const rank = context.shape(node.inputs[0]).length;
  const reversed = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const perm = intsAttribute(node, 'perm') ?? reversed;
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('Transpose', node.name, [context.value(node.inputs[0])], [id], { perm });
  context.define(output, id);
};

/** A Cast between float32 values is a view; every other one is not native. */
const cast: Lower = (node, context) => {
  const FLOAT = 1; // TensorProto.DataType
  if (intAttribute(node, 'to', 0) !== FLOAT) throw new NotNative('Cast to another type than float32');
  lowerView(node, context);
};

const dropout: Lower = (node: Node, context: LoweringContext) => {
  if (node.outputs.length > 1 && node.outputs[1] !== '') throw new NotNative('the mask of Dropout is used');
  lowerView(node, context);
};

function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export const shapeLowerings: Readonly<Record<string, Lower>> = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Transpose: transpose,
  Cast: cast,
  Dropout: dropout,
  Identity: lowerView,
  Reshape: lowerView,
  Flatten: lowerView,
  Squeeze: lowerView,
  Unsqueeze: lowerView,
};
