import type { PlanOp } from '../../../engine/plan.js';
import { byOp, expanded, type Gradient, type GradientContext, sumOverRepeats } from './gradient.js';

/** The gradient spread evenly over what was summed or averaged along `axes`. */
function spread(op: PlanOp, context: GradientContext, axes: readonly number[], isMean: boolean): void {
  const { builder, gradient } = context;
  const [x] = op.inputs;
  const shape = builder.shape(x);
  const withAxes = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const scale = isMean ? builder.size(gradient) / builder.size(x) : 1;
  const source = builder.view(gradient, withAxes, builder.name(gradient));
  context.add(x, expanded(context, op, source, shape, scale));
}

const globalAveragePool: Gradient = (op, context) => {
  const axes = [...context.builder.shape(op.inputs[0]).keys()].slice(2);
  spread(op, context, axes, true);
};

const expand: Gradient = (op, context) => {
  const [x] = op.inputs;
  const sum = sumOverRepeats(context, op, x, context.gradient);
  const scale = op.attributes.scale as number;
  context.add(x, scale === 1 ? sum : expanded(context, op, sum, context.builder.shape(sum), scale));
};

export const reductionGradients: Readonly<Record<string, Gradient>> = {
  ReduceMean: (op, context) => spread(op, context, op.attributes.axes as readonly number[], true),
  ReduceSum: (op, context) => spread(op, context, op.attributes.axes as readonly number[], false),
  GlobalAveragePool: globalAveragePool,
  Expand: expand,
  MaxPool: byOp('MaxPoolGradient', ({ inputs }) => inputs),
  AveragePool: byOp('AveragePoolGradient', () => []),
  GlobalMaxPool: byOp('GlobalMaxPoolGradient', ({ inputs }) => inputs),
};
