import { capturedNames, consumersOf, editGraph, freshName, producersOf } from '../edit.js';
import type { Graph, Node, Tensor } from '../graph.js';
import { type Affine, applyAffine, type Layer, layerOf } from './layer.js';

/** What a node does to the output of the layer before it, as a per-channel affine map; undefined: something else. */
export type AffineOf = (graph: Graph, node: Node, layer: Layer, layerInput: number) => Affine | undefined;

/**
 * Folds nodes into the layer that produces one of their inputs, again and again until nothing is left to fold. Only
 * where the layer's output has that one reader and is no graph output.
 */
export function foldIntoLayers(graph: Graph, affineOf: AffineOf): Graph {
  let folded = graph;
  for (;;) {
    const next = foldOnce(folded, affineOf);
    if (next === folded) return folded;
    folded = next;
  }
}

function foldOnce(graph: Graph, affineOf: AffineOf): Graph {
  const consumers = consumersOf(graph);
  const producers = producersOf(graph);
  const fixed = new Set([...graph.outputs.map(({ name }) => name), ...capturedNames(graph)]);
  const isShared = (name: string) => fixed.has(name) || (consumers.get(name)?.length ?? 0) > 1;
  const nodes = new Map<Node, readonly Node[]>();
  const constants = new Map<string, Tensor>();
  for (const node of graph.nodes) {
    node.inputs.forEach((name, index) => {
      const producer = producers.get(name);
      if (producer === undefined || nodes.has(producer) || nodes.has(node) || isShared(name)) return;
      const layer = layerOf(graph, producer);
      const affine = layer && affineOf(graph, node, layer, index);
      if (layer === undefined || affine === undefined || !allFinite(affine)) return;
      const result = applyAffine(layer, affine, node.outputs[0]!, (name, fallback) =>
        name === '' || isShared(name) ? freshName(graph, fallback, constants) : name,
      );
      nodes.set(producer, [result.node]);
      nodes.set(node, []);
      for (const [constant, tensor] of result.constants) constants.set(constant, tensor);
    });
  }
  return editGraph(graph, { nodes, constants });
}

/** A layer is not folded into where that would make weights infinite or NaN. */
function allFinite({ factor, shift }: Affine): boolean {
  return [factor, shift].every((values) => values.every(Number.isFinite));
}
