import { hasOutputsFirst } from '../../../src/engine/linear_layer.js';
import { floatAttribute } from '../../../src/onnx/attributes.js';
import type { Graph, Node } from '../../../src/onnx/graph.js';
import type { SpecialNode } from '../../support/float64/network.js';
import type { Tensor64 } from '../../support/float64/tensor.js';

type Inputs = readonly (Tensor64 | undefined)[];

/**
 * The reference for a graph whose BatchNormalization nodes are folded into the layers before them (numerics.md §3):
 * the folded layer computes in the place of the BatchNormalization, from weights and biases that are folded in float64.
 * @param folded the graph without them
 * @param layers computes the nodes of `folded`
 * @param exact names of layers that stay as they are
 */
export function foldedLayers(
  graph: Graph,
  folded: Graph,
  layers: SpecialNode,
  exact: readonly string[] = [],
): SpecialNode {
  const twin = ({ name }: Node) => folded.nodes.find((node) => node.name === name);
  const inputsOf = new Map<string, { layer: Node; inputs: Inputs }>();
  return (node, inputs) => {
    const same = twin(node);
    const [value] = node.outputs as [string];
    const before = node.op === 'BatchNormalization' ? inputsOf.get(node.inputs[0]!) : undefined;
    if (before !== undefined) {
      return layers(twin(before.layer)!, foldedInputs(before.layer, before.inputs, node, inputs));
    }
    if (exact.includes(node.name)) return undefined;
    if (same === undefined || same.outputs[0] === value) return same && layers(same, inputs);
    inputsOf.set(value, { layer: node, inputs });
    // Nothing reads it but the BatchNormalization.
    return { shape: graph.values.get(value)!.shape, data: new Float64Array() };
  };
}

function foldedInputs(layer: Node, [x, weight, bias]: Inputs, norm: Node, inputs: Inputs): Inputs {
  const [scale, offset, mean, variance] = inputs.slice(1).map((tensor) => tensor!.data);
  const epsilon = floatAttribute(norm, 'epsilon', 1e-5);
  const factor = Float64Array.from(scale!, (value, c) => value / Math.sqrt(variance![c]! + epsilon));
  const channels = factor.length;
  const depth = weight!.data.length / channels;
  const channelOf = (i: number) => (hasOutputsFirst(layer) ? Math.floor(i / depth) : i % channels);
  const data = Float64Array.from(factor, (value, c) => {
    return ((bias?.data[c] ?? 0) - mean![c]!) * value + offset![c]!;
  });
  const weights = Float64Array.from(weight!.data, (value, i) => value * factor[channelOf(i)]!);
  return [x, { shape: weight!.shape, data: weights }, { shape: [channels], data }];
}
