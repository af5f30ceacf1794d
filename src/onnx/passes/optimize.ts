import type { Graph } from '../graph.js';
import { arithmetic } from './fold_affine.js';
import { batchNorm } from './fold_batch_norm.js';
import { type FoldOptions, foldConstants } from './fold_constants.js';
import { foldGemm } from './fold_gemm.js';
import { type AffineOf, foldIntoLayers } from './fold_into_layers.js';
import { removeIdentities } from './remove_identities.js';

/** What training may need of nodes that an evaluation can do without. */
export interface KeptNodes {
  /** 'keep' leaves BatchNormalization nodes where they are (default: 'fold'). */
  readonly batchNorm?: 'fold' | 'keep';
  /** 'keep' leaves Dropout nodes where they are (default: 'remove'). */
  readonly dropout?: 'remove' | 'keep';
}

export interface OptimizeOptions extends FoldOptions, KeptNodes {}

/**
 * All passes, in the order in which they help each other. The result computes the same, up to float32 rounding, for
 * the given input shapes only; its `values` are inferred.
 *
 * @throws UserError naming the node where the model is malformed
 */
export async function optimize(graph: Graph, options: OptimizeOptions): Promise<Graph> {
  return foldLayers(await simplify(graph, options), options);
}

/** The passes that come before those on layers: weights are still those of the file. */
export async function simplify(graph: Graph, options: OptimizeOptions): Promise<Graph> {
  return removeIdentities(await foldConstants(graph, options), options.dropout);
}

/** The passes that fold other nodes into a simplified graph's layers. */
export function foldLayers(simplified: Graph, kept: KeptNodes = {}): Graph {
  return foldIntoLayers(foldGemm(simplified), kept.batchNorm === 'keep' ? arithmetic : anyAffine);
}

/** BatchNormalization and arithmetic follow a layer in any order: MatMul, Add, BatchNormalization. */
const anyAffine: AffineOf = (...read) => batchNorm(...read) ?? arithmetic(...read);
