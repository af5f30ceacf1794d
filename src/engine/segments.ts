import type { Graph, Node } from '../onnx/graph.js';
import { readNames } from '../onnx/sort.js';
import { whyNotNative } from './lower/lower_graph.js';

/** Nodes that run together, in the engine or through onnxruntime. */
export interface Segment {
  readonly native: boolean;
  readonly nodes: readonly Node[];
  /** Values that come from the model's inputs or from earlier segments. */
  readonly inputs: readonly string[];
  /** Values that later segments, or the caller, read. */
  readonly outputs: readonly string[];
}

/**
 * Cuts a graph into as few alternating segments as a greedy order gives: as long as a node of the current
 * kind is ready, it comes next.
 * @param keep values that have to be readable afterwards, besides the graph's outputs
 * @param opTypes what the engine's plans may name
 */
export function cutSegments(graph: Graph, keep: readonly string[], opTypes: ReadonlySet<string>): Segment[] {
  const native = new Map(graph.nodes.map((node) => [node, whyNotNative(graph, node, opTypes) === undefined]));
  const ready = new Set([...graph.inputs.map((input) => input.name), ...graph.constants.keys(), '']);
  const waiting = new Set(graph.nodes);
  const runs: { native: boolean; nodes: Node[] }[] = [];
  while (waiting.size > 0) {
    const isReady = (node: Node) => readNames(node).every((name) => ready.has(name));
    const first = [...waiting].find(isReady);
    if (first === undefined) throw new Error('the graph is not in topological order');
    const run = { native: native.get(first) as boolean, nodes: [] as Node[] };
    // Nodes are in topological order, so one sweep finds all that the run can take.
    for (const node of waiting) {
      if (native.get(node) !== run.native || !isReady(node)) continue;
      run.nodes.push(node);
      waiting.delete(node);
      for (const name of node.outputs) ready.add(name);
    }
    runs.push(run);
  }
  const kept = new Set([...graph.outputs.map((output) => output.name), ...keep]);
  return runs.map((run, index) => {
    const made = new Set(run.nodes.flatMap((node) => node.outputs).filter(Boolean));
    const readLater = new Set(runs.slice(index + 1).flatMap((later) => later.nodes.flatMap(readNames)));
    const read = new Set(run.nodes.flatMap(readNames));
    return {
      ...run,
      inputs: [...read].filter((name) => name !== '' && !made.has(name) && !graph.constants.has(name)),
      outputs: [...made].filter((name) => kept.has(name) || readLater.has(name)),
    };
  });
}
