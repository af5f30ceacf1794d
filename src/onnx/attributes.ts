import { UserError } from '../util/errors.js';
import type { Attribute, Node, Tensor } from './graph.js';

/** 'node conv1 (Conv)', for messages. */
export function describeNode(node: Node): string {
  return `node ${node.name} (${node.op})`;
}

/** An int attribute; `fallback` where it is absent. @throws UserError naming the node where it is of another type */
export function intAttribute(node: Node, name: string, fallback: number): number {
  return read(node, name, fallback, 'an integer', Number.isSafeInteger);
}

/** A float attribute; see `intAttribute`. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  return read(node, name, fallback, 'a number', (value) => typeof value === 'number');
}

/** A string attribute; see `intAttribute`. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  return read(node, name, fallback, 'a string', (value) => typeof value === 'string');
}

/** A list of integers; undefined where it is absent. @throws UserError naming the node where it is something else */
export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  return read<readonly number[] | undefined>(node, name, undefined, 'a list of integers', (value) => {
    return Array.isArray(value) && value.every((item) => Number.isInteger(item));
  });
}

/** A tensor; undefined where it is absent. @throws UserError naming the node where it is something else */
export function tensorAttribute(node: Node, name: string): Tensor | undefined {
  return read<Tensor | undefined>(node, name, undefined, 'a tensor', (value) => {
    return typeof value === 'object' && 'data' in value;
  });
}

function read<T>(
  node: Node,
  name: string,
  fallback: T,
  expected: string,
  fits: (value: Attribute) => boolean,
): T {
  const value = node.attributes.get(name);
  if (value === undefined) return fallback;
  if (!fits(value)) throw new UserError(`${describeNode(node)}: attribute '${name}' must be ${expected}`);
  return value as T;
}
