import { isExact, type LinearLayer, linearLayers } from '../engine/linear_layer.js';
import type { Graph, Node } from '../onnx/graph.js';
import { expectMatch, matchesGlob } from '../util/glob.js';

/** Which layers compute with which LUT. */
export interface AssignmentOptions {
  readonly skipFirst: boolean;
  readonly skipLast: boolean;
  readonly convOnly: boolean;
  /** Glob patterns over node names with the LUT's slot, null for float; later ones win. */
  readonly patterns: readonly { readonly pattern: string; readonly slot: number | null }[];
}

/** One Conv, Gemm or MatMul and what becomes of it. */
export type LayerAssignment =
  | { readonly node: Node; readonly layer: LinearLayer; readonly slot: number; readonly reason: null }
  | { readonly node: Node; readonly layer: LinearLayer | null; readonly slot: null; readonly reason: string };

/**
 * Assigns slot 0 to every layer that can be approximated, except where the options say otherwise.
 * @throws UserError where a pattern matches no layer
 */
export function assignLayers(graph: Graph, options: AssignmentOptions): LayerAssignment[] {
  const layers = linearLayers(graph);
  const names = layers.map(({ node }) => node.name);
  for (const { pattern } of options.patterns)
    expectMatch('--layer', pattern, names, 'Conv, Gemm and MatMul nodes');
  return layers.map((candidate, index): LayerAssignment => {
    const { node } = candidate;
    if (isExact(candidate)) return { node, layer: null, slot: null, reason: candidate.reason };
    const exact = (reason: string): LayerAssignment => ({ node, layer: candidate, slot: null, reason });
    const choice = options.patterns.findLast(({ pattern }) => matchesGlob(pattern, node.name));
    if (choice !== undefined) {
      if (choice.slot === null) return exact(`--layer '${choice.pattern}=float'`);
      return { node, layer: candidate, slot: choice.slot, reason: null };
    }
    if (options.skipFirst && index === 0) return exact('--skip-first');
    if (options.skipLast && index === layers.length - 1) return exact('--skip-last');
    if (options.convOnly && node.op !== 'Conv') return exact('--conv-only');
    return { node, layer: candidate, slot: 0, reason: null };
  });
}
