import type { PlanOp, TensorId } from '../../../engine/plan.js';
import { byOp, type Gradient, type GradientContext } from './gradient.js';

/** Adds an op whose outputs are the gradients of input, scale and bias. */
function threeGradients(
  op: PlanOp,
  context: GradientContext,
  type: string,
  inputs: readonly TensorId[],
  attributes: Readonly<Record<string, number>>,
): void {
  const { builder } = context;
  const wanted = op.inputs.slice(0, 3);
  const outputs = wanted.map((id) => {
    return builder.tensor('f32', builder.shape(id), `gradient of ${builder.name(id)}`);
  });
  builder.op(type, op.name, inputs, outputs, attributes);
  wanted.forEach((id, index) => {
    if (context.needs(id)) context.add(id, outputs[index]);
  });
}

const fixedStatistics: Gradient = (op, context) => {
  const [x, scale, , mean, variance] = op.inputs;
  const inputs = [context.gradient, x, scale, mean, variance];
  threeGradients(op, context, 'BatchNormalizationGradient', inputs, {
    epsilon: op.attributes.epsilon as number,
  });
};

const batchStatistics: Gradient = (op, context) => {
  const [x, scale] = op.inputs;
  const [, mean, inverseDeviation] = op.outputs;
  const inputs = [context.gradient, x, scale, mean, inverseDeviation];
  threeGradients(op, context, 'BatchNormalizationTrainingGradient', inputs, {});
};

export const normalizationGradients: Readonly<Record<string, Gradient>> = {
  BatchNormalization: fixedStatistics,
  BatchNormalizationTraining: batchStatistics,
  LRN: byOp('LRNGradient', ({ inputs }) => inputs),
  Softmax: byOp('SoftmaxGradient', ({ outputs }) => outputs),
  LogSoftmax: byOp('LogSoftmaxGradient', ({ outputs }) => outputs),
};
