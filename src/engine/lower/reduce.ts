import { floatAttribute, intAttribute, intsAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { constantNumbers, type Lower, type LoweringContext, lowerView, NotNative } from './context.js';

/** Since opset 18 (ReduceSum: 13) the axes are an input. */
const reduce: Lower = (node, context) => {
  const [output] = node.outputs;
  const rank = context.shape(node.inputs[0]).length;
  const given = constantNumbers(context, node.inputs[1]) ?? intsAttribute(node, 'axes') ?? [];
  if (given.length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1) {
    lowerView(node, context);
    return;
  }
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const axes = given.length === 0 ? all : given.map((axis) => (axis < 0 ? axis + rank : axis));
  emit(node, context, output, { axes });
};

/** Before opset 13 the axis splits the tensor into two dimensions, since then it is the only one normalised. */
const softmax: Lower = (node, context) => {
  const [output] = node.outputs;
  const shape = context.shape(node.inputs[0]);
  const coerced = context.graph.opset < 13;
  const given = intAttribute(node, 'axis', coerced ? 1 : -1);
  const axis = given < 0 ? given + shape.length : given;
  const product = (dimensions: readonly number[]) => dimensions.reduce((size, d) => size * d, 1);
  emit(node, context, output, {
    outer: product(shape.slice(0, axis)),
    axisSize: coerced ? product(shape.slice(axis)) : shape[axis],
    inner: coerced ? 1 : product(shape.slice(axis + 1)),
  });
};

const lrn: Lower = (node, context) => {
  emit(node, context, node.outputs[0], {
    size: intAttribute(node, 'size', 1),
    alpha: floatAttribute(node, 'alpha', 1e-4),
    beta: floatAttribute(node, 'beta', 0.75),
    bias: floatAttribute(node, 'bias', 1),
  });
};

const batchNormalization: Lower = (node, context) => {
  if (intAttribute(node, 'training_mode', 0) !== 0)
    throw new NotNative('BatchNormalization in training mode');
  const [output] = node.outputs;
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('BatchNormalization', node.name, inputs, [id], {
    epsilon: floatAttribute(node, 'epsilon', 1e-5),
  });
  context.define(output, id);
};

function emit(
  node: Node,
  context: LoweringContext,
  output: string,
  attributes: Record<string, number | number[]>,
) {
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op(node.op, node.name, [context.value(node.inputs[0])], [id], attributes);
  context.define(output, id);
}

export const reduceLowerings: Readonly<Record<string, Lower>> = {
  ReduceMean: reduce,
  ReduceSum: reduce,
  Softmax: softmax,
  LogSoftmax: softmax,
  LRN: lrn,
  BatchNormalization: batchNormalization,
};
