import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { reduceParameters, softmaxExtents } from '../../onnx/parameters/axes.js';
import { known, type Lower, lowerUnary, lowerView, NotNative } from './context.js';

const reduce: Lower = (node, context) => {
  const { axes } = known(reduceParameters(context.of(node)));
  if (axes.length === 0) lowerView(node, context);
  else lowerUnary(node, context, { axes });
};

const softmax: Lower = (node, context) => {
  const [outer, axisSize, inner] = softmaxExtents(context.of(node));
  lowerUnary(node, context, { outer, axisSize, inner });
};

const lrn: Lower = (node, context) => {
  const size = intAttribute(node, 'size', 1);
  if (size < 1) throw new NotNative(`LRN over ${size} channels`);
  lowerUnary(node, context, {
    size,
    alpha: floatAttribute(node, 'alpha', 1e-4),
    beta: floatAttribute(node, 'beta', 0.75),
    bias: floatAttribute(node, 'bias', 1),
  });
};

const batchNormalization: Lower = (node, context) => {
  if (intAttribute(node, 'training_mode', 0) !== 0)
    throw new NotNative('BatchNormalization in training mode');
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  if (!Number.isFinite(epsilon)) throw new NotNative('the epsilon of BatchNormalization is not finite');
  const [output] = node.outputs;
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('BatchNormalization', node.name, inputs, [id], {
    epsilon,
  });
  context.define(output, id);
};

export const reduceLowerings: Readonly<Record<string, Lower>> = {
  ReduceMean: reduce,
  ReduceSum: reduce,
  Softmax: softmax,
  LogSoftmax: softmax,
  LRN: lrn,
  BatchNormalization: batchNormalization,
};
