import { consumersOf } from '../onnx/edit.js';
import type { Graph, Node } from '../onnx/graph.js';
import { foldableNodes } from './plan/fold_into_layer.js';
import type { Parameter } from './plan/parameters.js';

/**
 * Makes the scales of BatchNormalizations behind approximate layers positive, by negating weights, bias and mean of the
 * same channels: the same function. The statistics of a batch are known only after the layer, which hence quantizes
 * unfolded weights; an evaluation quantizes folded ones, and T(a, −w) need not be −T(a, w).
 *
 * Leaves layers whose weights, bias or scales are not trained, or are read by other nodes, too.
 * @param layers approximate ones
 * @returns the constants that change, by name
 */
export function positiveScales(
  graph: Graph,
  layers: readonly Node[],
  parameters: readonly Parameter[],
): Map<string, Float32Array> {
  const trained = new Set(parameters.map(({ constant }) => constant));
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const isFree = (name: string) => {
    const [reader, ...others] = consumers.get(name) ?? [];
    const uses = reader?.inputs.filter((input) => input === name).length;
    return uses === 1 && others.length === 0 && !outputs.has(name);
  };
  const changed = new Map<string, Float32Array>();
  for (const [layer, [folded]] of foldableNodes(graph)) {
    if (folded?.node.op !== 'BatchNormalization' || !layers.includes(layer)) continue;
    const [, scale = '', , mean = ''] = folded.node.inputs;
    const own = [...layer.inputs.slice(1).filter(Boolean), scale];
    if (![...own, mean].every(isFree) || !own.every((name) => trained.has(name))) continue;
    const values = (name: string) => graph.constants.get(name)?.data as Float32Array;
    const signs = values(scale).map((value) => (value < 0 ? -1 : 1));
    if (!signs.includes(-1)) continue;
    const isRow = layer.op === 'MatMul';
    for (const name of [...own, mean]) {
      const inner = name === layer.inputs[1] && !isRow ? values(name).length / signs.length : 1;
      changed.set(
        name,
        values(name).map((value, i) => value * signs[Math.floor(i / inner) % signs.length]!),
      );
    }
  }
  return changed;
}
