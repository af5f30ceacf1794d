import { hasOutputsFirst } from '../../src/engine/linear_layer.js';
import { floatAttribute } from '../../src/onnx/attributes.js';
import type { Graph, Node } from '../../src/onnx/graph.js';

type ValuesByName = ReadonlyMap<string, ArrayLike<number>>;

/**
 * Weights and biases of the graph that has every BatchNormalization folded into the layer before it (numerics.md §3), in
 * float64, from other values of the constants of the graph that has not; other values stay.
 */
export function foldedValues(graph: Graph, folded: Graph, given: ValuesByName): ValuesByName {
  const result = new Map(given);
  const values = (name: string) => Float64Array.from(given.get(name) ?? dataOf(graph, name));
  for (const norm of graph.nodes.filter(({ op }) => op === 'BatchNormalization')) {
    const layer = graph.nodes.find(({ outputs }) => outputs[0] === norm.inputs[0]) as Node;
    const [, weight, bias] = folded.nodes.find(({ name }) => name === layer.name)!.inputs as string[];
    const [scale, offset, mean, variance] = norm.inputs.slice(1).map(values);
    const epsilon = floatAttribute(norm, 'epsilon', 1e-5);
    const factor = scale!.map((value, c) => value / Math.sqrt(variance![c]! + epsilon));
    const weights = values(layer.inputs[1]!);
    const channels = factor.length;
    const depth = weights.length / channels;
    const channelOf = (i: number) => (hasOutputsFirst(layer) ? Math.floor(i / depth) : i % channels);
    const added = layer.inputs[2] === undefined ? new Float64Array(channels) : values(layer.inputs[2]);
    result.set(
      weight!,
      weights.map((value, i) => value * factor[channelOf(i)]!),
    );
    result.set(
      bias!,
      added.map((value, c) => (value - mean![c]!) * factor[c]! + offset![c]!),
    );
  }
  return result;
}

function dataOf(graph: Graph, name: string): Float32Array {
  return graph.constants.get(name)?.data as Float32Array;
}
