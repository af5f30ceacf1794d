/**
 * Replaces nodes by the constants that they compute.
 *
 * Handles: whatever follows from constants and from the given input shapes (Shape, Size, and all that is computed
 * from them); small tensors are evaluated here, others (a Transpose of weights, a DequantizeLinear, …) by onnxruntime.
 * Leaves: random operators, nodes with sub-graphs, nodes whose result may be of any size (operators without a shape
 * rule, but NonZero) and what would make more than 2^27 elements together: a small file must not fill the memory.
 * Constants that become unused are dropped. The result holds for these input shapes only.
 */
import type { ValueType } from '../context.js';
import { dropUnused } from '../edit.js';
import type { Graph, Node, Tensor } from '../graph.js';
import { runConstants } from '../run_constants.js';
import { propagate } from '../shapes/infer.js';
import { readNames } from '../sort.js';

export interface FoldOptions {
  /** See `bindBatch`. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
  /** Types and shapes known from elsewhere, see `inferShapes`. */
  readonly extra?: ReadonlyMap<string, ValueType>;
}

const RANDOM = new Set([
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Multinomial', 'Bernoulli'],
  'Dropout',
]);

const MAX_ELEMENTS = 2 ** 27;

/** The folded graph, with `values` inferred for the input shapes. @throws UserError naming the node */
export async function foldConstants(graph: Graph, options: FoldOptions): Promise<Graph> {
  let folded = graph;
  for (;;) {
    folded = foldSmall(folded, options);
    const nodes = constantNodes(folded);
    if (nodes.length === 0) return folded;
    const results = await runConstants(folded, nodes, outputsRead(folded, nodes));
    if (results.size === 0) return folded;
    folded = withConstants(folded, results);
  }
}

function foldSmall(graph: Graph, { inputShapes, extra }: FoldOptions): Graph {
  const { values, constants } = propagate(graph, inputShapes, extra);
  return withConstants({ ...graph, values }, constants);
}

/** Nodes whose outputs are all constants now are dropped. */
function withConstants(graph: Graph, constants: ReadonlyMap<string, Tensor>): Graph {
  const all = new Map([...graph.constants, ...constants]);
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.every((name) => name === '' || all.has(name)));
  return dropUnused({ ...graph, nodes, constants: all });
}

/** Nodes that depend on constants alone, as many as the limit allows. */
function constantNodes(graph: Graph): Node[] {
  const known = new Set(graph.constants.keys());
  let total = 0;
  return graph.nodes.filter((node) => {
    if (!isFoldable(node) || !node.inputs.every((name) => name === '' || known.has(name))) return false;
    const elements = elementsOf(graph, node);
    if (elements === undefined || total + elements > MAX_ELEMENTS) return false;
    total += elements;
    for (const name of node.outputs) known.add(name);
    return true;
  });
}

function isFoldable(node: Node): boolean {
  const hasSubgraph = [...node.attributes.values()].some(
    (value) => typeof value === 'object' && 'subgraph' in value,
  );
  return !hasSubgraph && !RANDOM.has(node.op) && node.inputs.some((name) => name !== '');
}

/** Elements of all its outputs; undefined where that cannot be told. */
function elementsOf(graph: Graph, node: Node): number | undefined {
  // It has at most as many rows as its input has elements, one column per axis.
  const names = node.op === 'NonZero' ? node.inputs : node.outputs;
  let total = 0;
  for (const name of names) {
    const value = graph.values.get(name);
    if (name !== '' && value === undefined) return undefined;
    const factor = node.op === 'NonZero' ? (value?.shape.length ?? 0) : 1;
    total += factor * (value?.shape ?? []).reduce((a, b) => a * b, 1);
  }
  return total;
}

/** Outputs of these nodes that others, or the graph's outputs, read. */
function outputsRead(graph: Graph, nodes: readonly Node[]): string[] {
  const inside = new Set(nodes);
  const read = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) if (!inside.has(node)) for (const name of readNames(node)) read.add(name);
  return nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== '' && read.has(name)));
}
