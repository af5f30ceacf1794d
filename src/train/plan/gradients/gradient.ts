import type { PlanAttribute, PlanOp, TensorId } from '../../../engine/plan.js';
import type { PlanBuilder } from '../../../engine/plan_builder.js';

/** What the gradient of one op sees of the plan, and where it puts its results. */
export interface GradientContext {
  readonly builder: PlanBuilder;
  /** Gradient of the loss by the op's first output, in its shape; a fused activation has been undone. */
  readonly gradient: TensorId;
  /** Whether a tensor that is to be trained lies behind this one: others need no gradient. */
  needs(id: TensorId): boolean;
  /** Counts `gradient`, of as many elements as `id`, into the gradient of `id`. */
  add(id: TensorId, gradient: TensorId): void;
  /** The op whose result the tensor is. @throws Error where it is none's */
  producer(id: TensorId): PlanOp;
  /** What the approximate layers of a LUT slot need. */
  lut(slot: number): LutGradient;
}

/** Gradients of one multiplier (numerics.md §4), as the plan holds them. */
export interface LutGradient {
  /** D_a and D_w: [256] or [256, 256]. */
  readonly activation: TensorId;
  readonly weight: TensorId;
  /** Smallest and largest index among the weights. */
  readonly weightLo: number;
  readonly weightHi: number;
}

/** Adds the ops that turn the gradient of an op's output into those of its inputs, as far as these are needed. */
export type Gradient = (op: PlanOp, context: GradientContext) => void;

/** Adds an op of the backward pass with one output. */
export function emit(
  { builder }: Pick<GradientContext, 'builder'>,
  of: PlanOp,
  type: string,
  inputs: readonly TensorId[],
  shape: readonly number[],
  attributes: Readonly<Record<string, PlanAttribute>> = {},
): TensorId {
  const id = builder.tensor('f32', shape, `${type} of ${of.name}`);
  builder.op(type, of.name, inputs, [id], attributes);
  return id;
}

/** The op of the vocabulary that needs the gradient and the listed tensors of the forward op. */
export function byOp(
  type: string,
  tensors: (op: PlanOp) => readonly TensorId[],
  attributes: (op: PlanOp) => Readonly<Record<string, PlanAttribute>> = (op) => op.attributes,
): Gradient {
  return (op, context) => {
    const [x] = op.inputs;
    const inputs = [context.gradient, ...tensors(op)];
    context.add(x, emit(context, op, type, inputs, context.builder.shape(x), attributes(op)));
  };
}

/** The gradient of a broadcast operand: summed along the axes along which it was repeated. */
export function sumOverRepeats(
  context: GradientContext,
  op: PlanOp,
  operand: TensorId,
  gradient: TensorId,
): TensorId {
  const { builder } = context;
  const shape = builder.shape(gradient);
  const own = builder.shape(operand);
  const sizeAt = (axis: number) => own[axis - shape.length + own.length] ?? 1;
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== 1 && sizeAt(axis) === 1);
  return sumOver(context, op, gradient, axes);
}

/** The sum along axes, which stay as axes of size 1. */
export function sumOver(
  context: GradientContext,
  op: PlanOp,
  x: TensorId,
  axes: readonly number[],
): TensorId {
  if (axes.length === 0) return x;
  const shape = context.builder.shape(x).map((size, axis) => (axes.includes(axis) ? 1 : size));
  return emit(context, op, 'ReduceSum', [x], shape, { axes });
}

/** `x` times a number, repeated to `shape`. */
export function expanded(
  context: GradientContext,
  op: PlanOp,
  x: TensorId,
  shape: readonly number[],
  scale: number,
): TensorId {
  return emit(context, op, 'Expand', [x], shape, { scale });
}
