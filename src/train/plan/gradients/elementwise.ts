import type { PlanOp, TensorId } from '../../../engine/plan.js';
import { byOp, type Gradient, sumOverRepeats } from './gradient.js';

const input = ({ inputs }: PlanOp): TensorId[] => [inputs[0]];
const output = ({ outputs }: PlanOp): TensorId[] => [outputs[0]];

const prelu: Gradient = (op, context) => {
  const { builder, gradient } = context;
  const [x, slope] = op.inputs;
  const shape = builder.shape(x);
  const dx = builder.tensor('f32', shape, `gradient of ${builder.name(x)}`);
  const perElement = builder.tensor('f32', shape, `gradient of ${builder.name(slope)}`);
  builder.op('PReluGradient', op.name, [gradient, x, slope], [dx, perElement]);
  if (context.needs(x)) context.add(x, dx);
  if (context.needs(slope)) context.add(slope, sumOverRepeats(context, op, slope, perElement));
};

export const elementwiseGradients: Readonly<Record<string, Gradient>> = {
  Relu: byOp('ActivationGradient', output, () => ({ low: 0, high: Number.POSITIVE_INFINITY })),
  Clip: byOp('ActivationGradient', output, ({ attributes: { min, max } }) => ({ low: min, high: max })),
  LeakyRelu: byOp('LeakyReluGradient', input),
  Elu: byOp('EluGradient', input),
  HardSigmoid: byOp('HardSigmoidGradient', input),
  HardSwish: byOp('HardSwishGradient', input),
  Sigmoid: byOp('SigmoidGradient', output),
  Tanh: byOp('TanhGradient', output),
  PRelu: prelu,
};
