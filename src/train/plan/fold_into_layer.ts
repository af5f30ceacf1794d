import { isLinear } from '../../engine/linear_layer.js';
import type { TensorId } from '../../engine/plan.js';
import { floatAttribute } from '../../onnx/attributes.js';
import type { Graph, Node } from '../../onnx/graph.js';
import { foldLayers } from '../../onnx/passes/optimize.js';
import { type FoldedNode, foldedNodes } from '../../onnx/unfold/folded_nodes.js';
import type { ChannelArithmetic, Values } from './channel_values.js';

/** What an evaluation would fold into the layers of a graph, by layer, from the layer outwards. */
export function foldableNodes(graph: Graph): Map<Node, readonly FoldedNode[]> {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  return new Map(
    foldLayers(graph)
      .nodes.filter(isLinear)
      .map((node) => [byName.get(node.name) as Node, foldedNodes(graph, node)]),
  );
}

/** Weights, row-major with the output channels first, and one bias per channel. */
export interface WeightsAndBias {
  readonly weights: Values;
  readonly bias: Values;
}

/**
 * A layer followed by the nodes as one layer (numerics.md §3): constants stay constant, what is trained is multiplied
 * and added in the plan, so that gradients come back through the factors.
 * @param shape of the weights
 * @param trained constants that are states of the plan
 */
export function foldIntoLayer(
  { weights, bias }: WeightsAndBias,
  shape: readonly number[],
  nodes: readonly FoldedNode[],
  graph: Graph,
  trained: ReadonlyMap<string, TensorId>,
  channels: ChannelArithmetic,
): WeightsAndBias {
  let product: Values | undefined;
  let sum = bias;
  for (const one of nodes) {
    const { factor, shift, center } = affineOf(one, graph, trained, channels);
    product = product === undefined ? factor : channels.multiply(product, factor);
    const centered = center === undefined ? sum : channels.add(sum, center);
    sum = channels.add(channels.multiply(centered, factor), shift);
  }
  const folded = product === undefined ? weights : channels.multiply(weights, product, shape);
  return { weights: folded, bias: sum };
}

/** y → (y + center) · factor + shift */
interface CenteredAffine {
  readonly factor: Values;
  readonly shift: Values;
  /** 0 where absent. */
  readonly center?: Values;
}

function affineOf(
  { node, factor, shift }: FoldedNode,
  graph: Graph,
  trained: ReadonlyMap<string, TensorId>,
  channels: ChannelArithmetic,
): CenteredAffine {
  if (node.op !== 'BatchNormalization') return { factor, shift };
  const [, scale, offset, mean, variance] = node.inputs as [string, string, string, string, string];
  const constant = (name: string) => Float64Array.from(graph.constants.get(name)?.data as Float32Array);
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const inverse = constant(variance).map((value) => 1 / Math.sqrt(value + epsilon));
  return {
    factor: channels.multiply(trained.get(scale) ?? constant(scale), inverse),
    shift: trained.get(offset) ?? constant(offset),
    center: constant(mean).map((value) => -value),
  };
}
