import { UserError } from '../util/errors.js';
import { describeNode } from './attributes.js';
import type { ElementType, Graph, Node, Tensor } from './graph.js';

export interface ValueType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A node with all that is known of its inputs: what shape rules, evaluators and plan builders look at. */
export interface NodeContext {
  readonly node: Node;
  readonly opset: number;
  /** One per input; undefined where it is omitted. */
  readonly inputs: readonly (ValueType | undefined)[];
  /** Values of the inputs that are constant. */
  readonly constants: readonly (Tensor | undefined)[];
}

/** The node's context in a graph with inferred shapes; undefined where the shape of an input is not known. */
export function contextOf(graph: Graph, node: Node): NodeContext | undefined {
  return makeContext(node, graph.opset, graph.values, graph.constants);
}

export function makeContext(
  node: Node,
  opset: number,
  values: ReadonlyMap<string, ValueType>,
  constants: ReadonlyMap<string, Tensor>,
): NodeContext | undefined {
  const inputs = node.inputs.map((name) => values.get(name) ?? constants.get(name));
  if (node.inputs.some((name, i) => name !== '' && inputs[i] === undefined)) return undefined;
  return { node, opset, inputs, constants: node.inputs.map((name) => constants.get(name)) };
}

/** @throws UserError naming the node */
export function failNode(node: Node, message: string): never {
  throw new UserError(`${describeNode(node)}: ${message}`);
}

/** Type and shape of a required input. @throws UserError naming the node where it is missing */
export function requiredInput({ node, inputs }: NodeContext, index: number): ValueType {
  return inputs[index] ?? failNode(node, `input ${index} is missing; the model is malformed`);
}

/** Values of an integer tensor (int64 sentinels come out as the nearest double). */
export function integersOf(node: Node, tensor: Tensor): number[] {
  if (tensor.type !== 'int64' && tensor.type !== 'int32') {
    failNode(node, `expected an int64 tensor, got ${tensor.type}`);
  }
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

/**
 * Integers that are an attribute in older operator sets and an input in newer ones. 'absent' where the node has
 * neither; 'unknown' where the input is there but not constant.
 */
export function integersFrom(
  ctx: NodeContext,
  attribute: string,
  input: number,
): readonly number[] | 'absent' | 'unknown' {
  const { node } = ctx;
  const value = node.attributes.get(attribute);
  if (value !== undefined) {
    const list = typeof value === 'number' ? [value] : value;
    if (!Array.isArray(list) || !list.every((item) => Number.isInteger(item))) {
      failNode(node, `attribute '${attribute}' must be a list of integers`);
    }
    return list as readonly number[];
  }
  if ((node.inputs[input] ?? '') === '') return 'absent';
  const tensor = ctx.constants[input];
  return tensor === undefined ? 'unknown' : integersOf(node, tensor);
}

/** `axis` counted from 0. @throws UserError where it is outside −rank … rank − 1 */
export function normalizeAxis(node: Node, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    failNode(node, `axis ${axis} is outside the ${rank} dimensions of its input`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from 0, ascending. @throws UserError where one is outside or twice there */
export function normalizeAxes(node: Node, axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalizeAxis(node, axis, rank)).sort((a, b) => a - b);
  if (new Set(normal).size < normal.length) failNode(node, `an axis is twice in [${axes}]`);
  return normal;
}

/** NumPy broadcasting of shapes. @throws UserError naming the node where they do not fit */
export function broadcastShapes(node: Node, shapes: readonly (readonly number[])[]): number[] {
  const rank = shapes.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1) continue;
      if (size !== 1 && size !== own) {
        failNode(node, `its inputs of shapes ${shapes.map((s) => `[${s}]`).join(' and ')} do not broadcast`);
      }
      size = own;
    }
    return size;
  });
}
