import type { NodeContext, ValueType } from '../context.js';

/**
 * Types and shapes of a node's outputs (one entry per output that it can have), from those of its inputs, all of
 * which are known. undefined, for the whole or one output: cannot be told before the node runs.
 * @throws UserError naming the node where the inputs cannot be right
 */
export type ShapeRule = (ctx: NodeContext) => readonly (ValueType | undefined)[] | undefined;
