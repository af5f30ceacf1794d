import type { PlanOp, TensorId } from '../../../engine/plan.js';
import { emit, expanded, type Gradient, type GradientContext, sumOverRepeats } from './gradient.js';

const add: Gradient = (op, context) => {
  for (const operand of op.inputs) addTo(operand, op, context, () => context.gradient);
};

const sub: Gradient = (op, context) => {
  const [a, b] = op.inputs;
  addTo(a, op, context, () => context.gradient);
  addTo(b, op, context, () => context.gradient, -1);
};

const mul: Gradient = (op, context) => {
  const [a, b] = op.inputs;
  addTo(a, op, context, () => combined('Mul', context.gradient, b, op, context));
  addTo(b, op, context, () => combined('Mul', context.gradient, a, op, context));
};

/** y = a / b: dy/da = 1 / b, dy/db = −y / b. Where an activation clips y, the gradient is 0. */
const div: Gradient = (op, context) => {
  const [a, b] = op.inputs;
  const quotient = combined('Div', context.gradient, b, op, context);
  addTo(a, op, context, () => quotient);
  addTo(b, op, context, () => combined('Mul', quotient, op.outputs[0], op, context), -1);
};

/** Counts `sign` times a gradient of the output's shape into an operand, where that needs it. */
function addTo(
  operand: TensorId,
  op: PlanOp,
  context: GradientContext,
  gradient: () => TensorId,
  sign: 1 | -1 = 1,
): void {
  if (!context.needs(operand)) return;
  const sum = sumOverRepeats(context, op, operand, gradient());
  context.add(operand, sign === 1 ? sum : expanded(context, op, sum, context.builder.shape(sum), sign));
}

function combined(
  type: 'Mul' | 'Div',
  gradient: TensorId,
  other: TensorId,
  op: PlanOp,
  context: GradientContext,
): TensorId {
  return emit(context, op, type, [gradient, other], context.builder.shape(gradient), { act: 'none' });
}

export const arithmeticGradients: Readonly<Record<string, Gradient>> = {
  Add: add,
  Sub: sub,
  Mul: mul,
  Div: div,
};
