/** Attributes of a node with ONNX's defaults. Part of the slow reference. */
import type { Node } from './onnx.js';

export function integerOf(node: Node, name: string, fallback: number): number {
  return node.attributes.get(name)?.i ?? fallback;
}

export function floatOf(node: Node, name: string, fallback: number): number {
  return node.attributes.get(name)?.f ?? fallback;
}

export function integersOf(node: Node, name: string): readonly number[] | undefined {
  return node.attributes.get(name)?.ints;
}

export function textOf(node: Node, name: string, fallback: string): string {
  return node.attributes.get(name)?.s ?? fallback;
}
