import type { PlanOp, TensorId } from '../../../engine/plan.js';
import { emit, expanded, type Gradient, type GradientContext, sumOver, sumOverRepeats } from './gradient.js';

const conv: Gradient = (op, context) => {
  const { builder, gradient } = context;
  const [x, w, bias = -1] = op.inputs;
  const { strides, pads, dilations, group } = op.attributes;
  const window = { strides, pads, dilations, group };
  if (context.needs(x)) {
    context.add(x, emit(context, op, 'ConvInputGradient', [gradient, w, -1], builder.shape(x), window));
  }
  if (context.needs(w)) {
    context.add(w, emit(context, op, 'ConvWeightGradient', [gradient, x], builder.shape(w), window));
  }
  addBiasGradient(op, context, bias);
};

/** The bias of a convolution: the sum over images and positions. */
export function addBiasGradient(op: PlanOp, context: GradientContext, bias: TensorId): void {
  if (context.needs(bias)) context.add(bias, sumOver(context, op, context.gradient, [0, 2, 3]));
}

/** y = alpha · A' · B' + beta · C, with A' and B' transposed where transA and transB say so. */
const gemm: Gradient = (op, context) => {
  const { gradient } = context;
  const [a, b, c = -1] = op.inputs;
  const alpha = op.attributes.alpha as number;
  const beta = op.attributes.beta as number;
  const transA = op.attributes.transA === 1;
  const transB = op.attributes.transB === 1;
  if (context.needs(a)) {
    const factors = transA ? [b, gradient] : [gradient, b];
    context.add(a, product(context, op, factors, transA && transB, transA || !transB, alpha));
  }
  if (context.needs(b)) {
    const factors = transB ? [gradient, a] : [a, gradient];
    context.add(b, product(context, op, factors, transB || !transA, transB && transA, alpha));
  }
  if (context.needs(c)) {
    const sum = sumOverRepeats(context, op, c, gradient);
    context.add(c, beta === 1 ? sum : expanded(context, op, sum, context.builder.shape(sum), beta));
  }
};

/** alpha · A' · B' */
function product(
  context: GradientContext,
  op: PlanOp,
  [a, b]: readonly TensorId[],
  transA: boolean,
  transB: boolean,
  alpha: number,
): TensorId {
  const rows = context.builder.shape(a)[transA ? 1 : 0];
  const columns = context.builder.shape(b)[transB ? 0 : 1];
  return emit(context, op, 'Gemm', [a, b], [rows, columns], {
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
    alpha,
    beta: 1,
    act: 'none',
  });
}

const matMul: Gradient = (op, context) => {
  const { builder, gradient } = context;
  const [a, b] = op.inputs;
  if (builder.shape(b).length === 2) {
    // One matrix serves all: the matrices of A, one below the other, are one.
    const matrix = (id: TensorId) => {
      const columns = builder.shape(id).at(-1) as number;
      return builder.view(id, [builder.size(id) / columns, columns], builder.name(id));
    };
    const [rows, g] = [matrix(a), matrix(gradient)];
    if (context.needs(a)) context.add(a, product(context, op, [g, b], false, true, 1));
    if (context.needs(b)) context.add(b, product(context, op, [rows, g], true, false, 1));
    return;
  }
  if (context.needs(a)) {
    context.add(
      a,
      sumOverRepeats(context, op, a, matrices(context, op, gradient, transposed(context, op, b))),
    );
  }
  if (context.needs(b)) {
    context.add(
      b,
      sumOverRepeats(context, op, b, matrices(context, op, transposed(context, op, a), gradient)),
    );
  }
};

/** A · B, one matrix for each of the gradient's. */
function matrices(context: GradientContext, op: PlanOp, a: TensorId, b: TensorId): TensorId {
  const { builder, gradient } = context;
  const rows = builder.shape(a).at(-2) as number;
  const columns = builder.shape(b).at(-1) as number;
  return emit(context, op, 'MatMul', [a, b], [...builder.shape(gradient).slice(0, -2), rows, columns]);
}

function transposed(context: GradientContext, op: PlanOp, x: TensorId): TensorId {
  const shape = context.builder.shape(x);
  const leading = [...shape.keys()].slice(0, -2);
  const perm = [...leading, shape.length - 1, shape.length - 2];
  return emit(
    context,
    op,
    'Transpose',
    [x],
    perm.map((axis) => shape[axis]),
    { perm },
  );
}

export const linearGradients: Readonly<Record<string, Gradient>> = { Conv: conv, Gemm: gemm, MatMul: matMul };
