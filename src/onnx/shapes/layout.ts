import { intAttribute } from '../attributes.js';
import {
  broadcastShapes,
  failNode,
  integersFrom,
  type NodeContext,
  normalizeAxis,
  requiredInput,
  type ValueType,
} from '../context.js';
import { splitParameters, squeezeAxes, transposePermutation, unsqueezeAxes } from '../parameters/axes.js';
import { padParameters } from '../parameters/pad.js';
import { sliceParameters } from '../parameters/slice.js';
import type { ShapeRule } from './rule.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** A rule that changes only the shape. */
const reshaped =
  (shapeOf: (ctx: NodeContext, shape: readonly number[]) => readonly number[] | undefined): ShapeRule =>
  (ctx) => {
    const x = requiredInput(ctx, 0);
    const shape = shapeOf(ctx, x.shape);
    return shape && [{ type: x.type, shape }];
  };

const reshape = reshaped((ctx, shape) => {
  const { node } = ctx;
  const target = integersFrom(ctx, 'shape', 1);
  if (target === 'unknown') return undefined;
  if (target === 'absent') failNode(node, 'its target shape is missing');
  const keepsZero = intAttribute(node, 'allowzero', 0) !== 0;
  const sizes = target.map((size, axis) => (size === 0 && !keepsZero ? (shape[axis] ?? -2) : size));
  const open = sizes.indexOf(-1);
  const known = product(sizes.filter((_, axis) => axis !== open));
  const total = product(shape);
  if (open >= 0) sizes[open] = known === 0 ? 0 : total / known;
  if (sizes.some((size) => !Number.isInteger(size) || size < 0) || product(sizes) !== total) {
    failNode(node, `its input [${shape}] cannot take the shape [${target}]`);
  }
  return sizes;
});

const flatten = reshaped((ctx, shape) => {
  const given = intAttribute(ctx.node, 'axis', 1);
  const axis = given === shape.length ? given : normalizeAxis(ctx.node, given, shape.length);
  return [product(shape.slice(0, axis)), product(shape.slice(axis))];
});

const squeeze = reshaped((ctx, shape) => {
  const axes = squeezeAxes(ctx);
  return axes && shape.filter((_, axis) => !axes.includes(axis));
});

const unsqueeze = reshaped((ctx, shape) => {
  const axes = unsqueezeAxes(ctx);
  if (axes === undefined) return undefined;
  const result = [...shape];
  for (const axis of axes) result.splice(axis, 0, 1);
  return result;
});

const transpose = reshaped((ctx, shape) => transposePermutation(ctx).map((axis) => shape[axis]!));

const pad = reshaped((ctx, shape) => {
  const pads = padParameters(ctx);
  return pads && shape.map((size, axis) => size + pads.begins[axis]! + pads.ends[axis]!);
});

const slice = reshaped((ctx) => sliceParameters(ctx)?.sizes);

const expand = reshaped((ctx, shape) => {
  const target = integersFrom(ctx, 'shape', 1);
  return Array.isArray(target) ? broadcastShapes(ctx.node, [shape, target]) : undefined;
});

const tile = reshaped((ctx, shape) => {
  const repeats = integersFrom(ctx, 'repeats', 1);
  if (!Array.isArray(repeats)) return undefined;
  if (repeats.length !== shape.length)
    failNode(ctx.node, `repeats [${repeats}] do not fit its input [${shape}]`);
  return shape.map((size, axis) => size * repeats[axis]!);
});

const concat: ShapeRule = (ctx) => {
  const { node } = ctx;
  const inputs = ctx.inputs.map((_, i) => requiredInput(ctx, i));
  const first = requiredInput(ctx, 0);
  const axis = normalizeAxis(node, intAttribute(node, 'axis', 1), first.shape.length);
  let size = 0;
  for (const { shape } of inputs) {
    const fits =
      shape.length === first.shape.length && shape.every((s, i) => i === axis || s === first.shape[i]);
    if (!fits)
      failNode(node, `it joins [${first.shape}] and [${shape}] along axis ${axis}: other sizes differ`);
    size += shape[axis]!;
  }
  return [{ type: first.type, shape: first.shape.with(axis, size) }];
};

const split: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const parameters = splitParameters(ctx);
  return parameters?.sizes.map(
    (size): ValueType => ({ type: x.type, shape: x.shape.with(parameters.axis, size) }),
  );
};

const gather: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const axis = normalizeAxis(ctx.node, intAttribute(ctx.node, 'axis', 0), x.shape.length);
  return [{ type: x.type, shape: x.shape.toSpliced(axis, 1, ...requiredInput(ctx, 1).shape) }];
};

const gatherElements: ShapeRule = (ctx) => [
  { type: requiredInput(ctx, 0).type, shape: requiredInput(ctx, 1).shape },
];

/** Both are the same for shapes: blocks move between channels and space. */
const blocks =
  (grow: boolean): ShapeRule =>
  (ctx) => {
    const { type, shape } = requiredInput(ctx, 0);
    const block = intAttribute(ctx.node, 'blocksize', 0);
    const [n, c, h, w] = shape as [number, number, number, number];
    const fits =
      shape.length === 4 && block > 0 && (grow ? c % block ** 2 === 0 : h % block === 0 && w % block === 0);
    if (!fits) failNode(ctx.node, `blocks of ${block} do not fit its input [${shape}]`);
    const sizes = grow ? [c / block ** 2, h * block, w * block] : [c * block ** 2, h / block, w / block];
    return [{ type, shape: [n, ...sizes] }];
  };

/** Operators that move elements around. */
export const LAYOUT_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ['Reshape', reshape],
  ['Flatten', flatten],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Transpose', transpose],
  ['Pad', pad],
  ['Slice', slice],
  ['Expand', expand],
  ['Tile', tile],
  ['Concat', concat],
  ['Split', split],
  ['Gather', gather],
  ['GatherElements', gatherElements],
  ['DepthToSpace', blocks(true)],
  ['SpaceToDepth', blocks(false)],
]);
