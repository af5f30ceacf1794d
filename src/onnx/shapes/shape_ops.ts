import { intAttribute, tensorAttribute } from '../attributes.js';
import { failNode, integersOf, type NodeContext, requiredInput } from '../context.js';
import type { ShapeRule } from './rule.js';

/** The part of its input's shape that a Shape node returns (start and end since operator set 15). */
export function shapeOutput(ctx: NodeContext): readonly number[] {
  const { shape } = requiredInput(ctx, 0);
  return shape.slice(intAttribute(ctx.node, 'start', 0), intAttribute(ctx.node, 'end', shape.length));
}

const shape: ShapeRule = (ctx) => [{ type: 'int64', shape: [shapeOutput(ctx).length] }];
const size: ShapeRule = () => [{ type: 'int64', shape: [] }];

const constantOfShape: ShapeRule = (ctx) => {
  const tensor = ctx.constants[0];
  if (tensor === undefined) return undefined;
  return [
    { type: tensorAttribute(ctx.node, 'value')?.type ?? 'float32', shape: integersOf(ctx.node, tensor) },
  ];
};

/** Number of elements of a Range. @throws UserError where the step is 0 */
export function rangeCount(ctx: NodeContext): number | undefined {
  const [start, limit, delta] = ctx.constants.map((tensor) => Number(tensor?.data[0]));
  if (ctx.constants.length !== 3 || ctx.constants.includes(undefined)) return undefined;
  if (delta === 0) failNode(ctx.node, 'its step is 0');
  return Math.max(0, Math.ceil((limit! - start!) / delta!));
}

const range: ShapeRule = (ctx) => {
  const count = rangeCount(ctx);
  return count === undefined ? undefined : [{ type: requiredInput(ctx, 0).type, shape: [count] }];
};

/** Operators that compute with shapes. */
export const SHAPE_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ['Shape', shape],
  ['Size', size],
  ['ConstantOfShape', constantOfShape],
  ['Range', range],
]);
