import type { Graph } from '../graph.js';
import { foldAffine } from './fold_affine.js';
import { foldBatchNorm } from './fold_batch_norm.js';
import { type FoldOptions, foldConstants } from './fold_constants.js';
import { foldGemm } from './fold_gemm.js';
import { removeIdentities } from './remove_identities.js';

/**
 * All passes, in the order in which they help each other. The result computes the same, up to float32 rounding, for
 * the given input shapes only; its `values` are inferred.
 *
 * @throws UserError naming the node where the model is malformed
 */
export async function optimize(graph: Graph, options: FoldOptions): Promise<Graph> {
  const folded = removeIdentities(await foldConstants(graph, options));
  return foldAffine(foldBatchNorm(foldGemm(folded)));
}
