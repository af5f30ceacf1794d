import { UserError } from '../util/errors.js';
import type { Node } from './graph.js';
import { outerNames } from './subgraphs.js';

/** All values that a node reads: its inputs without the omitted ones, and what its sub-graphs capture. */
export function readNames(node: Node): readonly string[] {
  const inputs = node.inputs.filter((name) => name !== '');
  const captured = outerNames(node.attributes, `node ${node.name}`);
  return captured.size === 0 ? inputs : [...new Set([...inputs, ...captured])];
}

/**
 * The nodes in topological order; nodes that already are in order stay so.
 *
 * @param available names of graph inputs and constants
 * @throws UserError on a cycle, on a value that nothing produces or that two nodes produce
 */
export function topologicalOrder(
  nodes: readonly Node[],
  available: ReadonlySet<string>,
  file: string,
): Node[] {
  const producer = producersOnce(nodes, available, file);
  const consumers = new Map<Node, Node[]>();
  const missing = new Map<Node, number>();
  for (const node of nodes) {
    const sources = new Set<Node>();
    for (const name of readNames(node)) {
      const source = producer.get(name);
      if (source !== undefined) sources.add(source);
      else if (!available.has(name)) {
        throw new UserError(
          `${file}: node ${node.name} (${node.op}) reads '${name}', which is no input, initializer or output of a node`,
        );
      }
    }
    missing.set(node, sources.size);
    for (const source of sources) consumers.get(source)?.push(node) ?? consumers.set(source, [node]);
  }
  return release(nodes, consumers, missing, file);
}

function producersOnce(
  nodes: readonly Node[],
  available: ReadonlySet<string>,
  file: string,
): ReadonlyMap<string, Node> {
  const producer = new Map<string, Node>();
  for (const node of nodes) {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (producer.has(name) || available.has(name)) {
        throw new UserError(
          `${file}: node ${node.name} (${node.op}) writes '${name}', which already has a value`,
        );
      }
      producer.set(name, node);
    }
  }
  return producer;
}

/** Kahn's algorithm in file order; a node that became ready after its turn comes next. */
function release(
  nodes: readonly Node[],
  consumers: ReadonlyMap<Node, readonly Node[]>,
  missing: Map<Node, number>,
  file: string,
): Node[] {
  const index = new Map(nodes.map((node, i) => [node, i]));
  const sorted: Node[] = [];
  const done = new Set<Node>();
  let cursor = 0;
  // Nodes before the cursor that became ready late.
  const late: Node[] = [];
  while (sorted.length < nodes.length) {
    let next = late.pop();
    while (next === undefined && cursor < nodes.length) {
      const candidate = nodes[cursor++]!;
      if (missing.get(candidate) === 0) next = candidate;
    }
    if (next === undefined) {
      const stuck = nodes.find((node) => !done.has(node))!;
      throw new UserError(
        `${file}: node ${stuck.name} (${stuck.op}) is part of, or depends on, a cycle of nodes`,
      );
    }
    sorted.push(next);
    done.add(next);
    for (const consumer of consumers.get(next) ?? []) {
      const left = missing.get(consumer)! - 1;
      missing.set(consumer, left);
      if (left === 0 && index.get(consumer)! < cursor) late.push(consumer);
    }
  }
  return sorted;
}
