import { intAttribute } from '../attributes.js';
import { normalizeAxis, requiredInput } from '../context.js';
import { reduceParameters } from '../parameters/axes.js';
import type { ShapeRule } from './rule.js';

function reduced(shape: readonly number[], axes: readonly number[], keepDimensions: boolean): number[] {
  return keepDimensions
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

const reduce: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const parameters = reduceParameters(ctx);
  return (
    parameters && [{ type: x.type, shape: reduced(x.shape, parameters.axes, parameters.keepDimensions) }]
  );
};

const argument: ShapeRule = (ctx) => {
  const { node } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const axis = normalizeAxis(node, intAttribute(node, 'axis', 0), shape.length);
  return [{ type: 'int64', shape: reduced(shape, [axis], intAttribute(node, 'keepdims', 1) !== 0) }];
};

const KINDS = ['Mean', 'Sum', 'Max', 'Min', 'Prod', 'L1', 'L2', 'LogSum', 'LogSumExp', 'SumSquare'];

export const REDUCTION_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...KINDS.map((kind) => [`Reduce${kind}`, reduce] as const),
  ['ArgMax', argument],
  ['ArgMin', argument],
]);
