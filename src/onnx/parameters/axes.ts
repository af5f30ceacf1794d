import { intAttribute } from '../attributes.js';
import {
  failNode,
  integersFrom,
  type NodeContext,
  normalizeAxes,
  normalizeAxis,
  requiredInput,
} from '../context.js';

/** Axes that a Reduce… removes or sets to 1, ascending. */
export interface ReduceParameters {
  readonly axes: readonly number[];
  readonly keepDimensions: boolean;
}

/** axes are an attribute in older operator sets, an input in newer ones; undefined where that is not constant. */
export function reduceParameters(ctx: NodeContext): ReduceParameters | undefined {
  const { node } = ctx;
  const rank = requiredInput(ctx, 0).shape.length;
  const axes = integersFrom(ctx, 'axes', 1);
  if (axes === 'unknown') return undefined;
  const keepDimensions = intAttribute(node, 'keepdims', 1) !== 0;
  if (axes === 'absent' || axes.length === 0) {
    const none = intAttribute(node, 'noop_with_empty_axes', 0) !== 0;
    return { axes: none ? [] : Array.from({ length: rank }, (_, i) => i), keepDimensions };
  }
  return { axes: normalizeAxes(node, axes, rank), keepDimensions };
}

/** Axes that a Squeeze removes: the given ones, or all of size 1. */
export function squeezeAxes(ctx: NodeContext): readonly number[] | undefined {
  const { node } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const axes = integersFrom(ctx, 'axes', 1);
  if (axes === 'unknown') return undefined;
  if (axes === 'absent') return shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const normal = normalizeAxes(node, axes, shape.length);
  if (normal.some((axis) => shape[axis] !== 1))
    failNode(node, `axes [${axes}] of its input [${shape}] are not all 1`);
  return normal;
}

/** Axes of its output that an Unsqueeze inserts. */
export function unsqueezeAxes(ctx: NodeContext): readonly number[] | undefined {
  const { node } = ctx;
  const axes = integersFrom(ctx, 'axes', 1);
  if (axes === 'unknown') return undefined;
  if (axes === 'absent') failNode(node, 'axes are missing');
  return normalizeAxes(node, axes, requiredInput(ctx, 0).shape.length + axes.length);
}

/** Sizes of a Split's outputs along `axis`. undefined where they are an input that is not constant. */
export function splitParameters(ctx: NodeContext): { axis: number; sizes: readonly number[] } | undefined {
  const { node } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const axis = normalizeAxis(node, intAttribute(node, 'axis', 0), shape.length);
  const given = integersFrom(ctx, 'split', 1);
  if (given === 'unknown') return undefined;
  const count = node.outputs.length;
  const size = shape[axis]!;
  const part = Math.ceil(size / count);
  const sizes = given === 'absent' ? node.outputs.map((_, i) => Math.min(part, size - i * part)) : given;
  const total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.length !== count || total !== size || sizes.some((one) => one < 0)) {
    failNode(node, `a dimension of ${size} does not split into [${sizes}] for ${count} outputs`);
  }
  return { axis, sizes };
}

/** Permutation of a Transpose; reversal where none is given. */
export function transposePermutation(ctx: NodeContext): readonly number[] {
  const { node } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const reversed = shape.map((_, i) => shape.length - 1 - i);
  const perm = integersFrom(ctx, 'perm', node.inputs.length);
  if (!Array.isArray(perm)) return reversed;
  if (
    perm.length !== shape.length ||
    new Set(perm).size !== perm.length ||
    perm.some((axis) => !(axis in shape))
  ) {
    failNode(node, `perm [${perm}] is no permutation of the ${shape.length} axes of its input`);
  }
  return perm;
}

/**
 * Extents of a Softmax or LogSoftmax as [outer, axisSize, inner]. Before operator set 13 the input is taken as a
 * matrix that is split at `axis` (default 1); since then only `axis` (default −1) is normalized.
 */
export function softmaxExtents(ctx: NodeContext): readonly [number, number, number] {
  const { node, opset } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  const given = intAttribute(node, 'axis', opset < 13 ? 1 : -1);
  if (opset < 13) {
    const axis = given === shape.length ? given : normalizeAxis(node, given, shape.length);
    return [product(shape.slice(0, axis)), product(shape.slice(axis)), 1];
  }
  const axis = normalizeAxis(node, given, shape.length);
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
}
