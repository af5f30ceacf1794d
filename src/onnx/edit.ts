import { describeNode } from './attributes.js';
import type { Graph, Node, Tensor } from './graph.js';
import { readNames, topologicalOrder } from './sort.js';
import { outerNames } from './subgraphs.js';

/** Nodes that read each value (also from within their sub-graphs), in graph order. */
export function consumersOf(graph: Graph): ReadonlyMap<string, readonly Node[]> {
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of new Set(readNames(node))) {
      const nodes = consumers.get(name);
      if (nodes === undefined) consumers.set(name, [node]);
      else nodes.push(node);
    }
  }
  return consumers;
}

/** The node that writes each value; inputs and constants have none. */
export function producersOf(graph: Graph): ReadonlyMap<string, Node> {
  return new Map(
    graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== '').map((name) => [name, node])),
  );
}

/** What a pass wants changed. */
export interface Edit {
  /** Node → what stands in its place (nothing removes it). */
  readonly nodes?: ReadonlyMap<Node, readonly Node[]>;
  /** Constants to add or to overwrite. */
  readonly constants?: ReadonlyMap<string, Tensor>;
  /** Value → the value that its readers are to read instead. Chains are followed. No graph output, no captured value. */
  readonly aliases?: ReadonlyMap<string, string>;
}

/**
 * The graph with nodes replaced and values renamed; then dead nodes and unused constants are dropped, and the nodes
 * are in topological order again. The same graph where the edit is empty.
 */
export function editGraph(graph: Graph, edit: Edit): Graph {
  const { nodes = new Map<Node, readonly Node[]>(), constants, aliases = new Map<string, string>() } = edit;
  if (nodes.size === 0 && aliases.size === 0 && (constants?.size ?? 0) === 0) return graph;
  const resolve = (name: string): string => {
    let target = name;
    for (let next = aliases.get(target); next !== undefined; next = aliases.get(target)) target = next;
    return target;
  };
  const replaced = graph.nodes
    .flatMap((node) => nodes.get(node) ?? [node])
    .map((node) => {
      return node.inputs.some((name) => aliases.has(name))
        ? { ...node, inputs: node.inputs.map(resolve) }
        : node;
    });
  const values = new Map(graph.values);
  for (const [name, { type, shape }] of constants ?? []) values.set(name, { type, shape });
  return dropUnused({
    ...graph,
    nodes: replaced,
    values,
    constants: new Map([...graph.constants, ...(constants ?? [])]),
  });
}

/** Without the nodes, constants and value entries that no graph output depends on. */
export function dropUnused(graph: Graph): Graph {
  const producers = producersOf(graph);
  const needed = new Set<string>();
  const pending = graph.outputs.map(({ name }) => name);
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (needed.has(name)) continue;
    needed.add(name);
    const node = producers.get(name);
    if (node !== undefined) for (const input of readNames(node)) pending.push(input);
  }
  const alive = graph.nodes.filter(({ outputs }) => outputs.some((name) => needed.has(name)));
  const constants = new Map([...graph.constants].filter(([name]) => needed.has(name)));
  const available = new Set([...constants.keys(), ...graph.inputs.map(({ name }) => name)]);
  const named = new Set([...available, ...alive.flatMap(({ outputs }) => outputs)]);
  return {
    ...graph,
    nodes: topologicalOrder(alive, available, graph.name),
    constants,
    values: new Map([...graph.values].filter(([name]) => named.has(name))),
  };
}

/** Values that sub-graphs read, which no pass may rename: sub-graphs are never looked into. */
export function capturedNames(graph: Graph): ReadonlySet<string> {
  return new Set(graph.nodes.flatMap((node) => [...outerNames(node.attributes, describeNode(node))]));
}

/** `base`, or `base_2`, … where the graph, or `more`, already has a value of that name. */
export function freshName(graph: Graph, base: string, more?: ReadonlyMap<string, unknown>): string {
  const taken = new Set([
    ...graph.constants.keys(),
    ...(more?.keys() ?? []),
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}
