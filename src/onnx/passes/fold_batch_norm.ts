/**
 * Folds BatchNormalization (inference) into the weights and bias of the layer before it (numerics.md §3):
 * factor = scale / √(variance + epsilon), shift = bias − mean · factor.
 *
 * Handles: after Conv (grouped too), Gemm and MatMul (of matrices) with constant float32 weights, where nothing else
 * reads the layer's output. Leaves: training mode, statistics that are not constant, `spatial = 0` (operator set < 9).
 */
import { floatAttribute, intAttribute } from '../attributes.js';
import type { AffineOf } from './fold_into_layers.js';

/** A BatchNormalization with fixed statistics. */
export const batchNorm: AffineOf = (graph, node, layer, layerInput) => {
  if (node.op !== 'BatchNormalization' || node.domain !== '' || layerInput !== 0) return undefined;
  if (intAttribute(node, 'training_mode', 0) !== 0 || intAttribute(node, 'spatial', 1) === 0)
    return undefined;
  if (node.outputs.slice(1).some((name) => name !== '') || layer.outputAxis !== 1) return undefined;
  const tensors = node.inputs.slice(1).map((name) => graph.constants.get(name));
  const usable = tensors.every(
    (tensor) => tensor?.type === 'float32' && tensor.data.length === layer.channels,
  );
  if (tensors.length !== 4 || !usable) return undefined;
  const [scale, bias, mean, variance] = tensors.map((tensor) =>
    Float64Array.from(tensor!.data as Float32Array),
  );
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const factor = scale!.map((value, c) => value / Math.sqrt(variance![c]! + epsilon));
  return { factor, shift: bias!.map((value, c) => value - mean![c]! * factor[c]!) };
};
