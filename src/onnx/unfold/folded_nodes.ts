import { floatAttribute } from '../attributes.js';
import { consumersOf } from '../edit.js';
import type { Graph, Node } from '../graph.js';
import { arithmetic } from '../passes/fold_affine.js';
import { batchNorm } from '../passes/fold_batch_norm.js';
import { type Affine, layerOf } from '../passes/layer.js';

/** A node that the passes folded into a layer, as a map of the layer's output. */
export interface FoldedNode extends Affine {
  readonly node: Node;
  /** Which of its inputs comes from the layer. */
  readonly layerInput: number;
}

/** A smaller factor counts as 0: weights divided by it could overflow. */
const VANISHING = 2 ** -100;

/**
 * The nodes that were folded into a layer, from the layer outwards.
 * @param normal the graph before they were folded (after `foldGemm`)
 * @param node the layer as it is afterwards
 */
export function foldedNodes(normal: Graph, node: Node): FoldedNode[] {
  const before = normal.nodes.find(({ name }) => name === node.name)!;
  const layer = layerOf(normal, before);
  const consumers = consumersOf(normal);
  const folded: FoldedNode[] = [];
  for (let value = before.outputs[0]!; value !== node.outputs[0]; value = folded.at(-1)!.node.outputs[0]!) {
    const next = consumers.get(value)![0]!;
    const layerInput = next.inputs.indexOf(value);
    const args = layer && ([normal, next, layer, layerInput] as const);
    const affine = args && (batchNorm(...args) ?? arithmetic(...args));
    if (affine === undefined) throw new TypeError(`${next.name} was not folded into ${node.name}`);
    folded.push({ node: next, layerInput, ...affine });
  }
  return folded;
}

/** Whether a BatchNormalization wipes a channel out. */
export function vanishes({ node, factor }: FoldedNode, channel: number): boolean {
  return node.op === 'BatchNormalization' && Math.abs(factor[channel]!) < VANISHING;
}

/** A BatchNormalization with other scales. */
export interface RevivedNode extends FoldedNode {
  readonly scale: Float32Array;
}

/** Makes the factors of some channels 1 where they vanish, by scales of the channels' standard deviations. */
export function revive(
  folded: FoldedNode,
  channels: readonly boolean[],
  graph: Graph,
): FoldedNode | RevivedNode {
  if (!channels.some((wanted, c) => wanted && vanishes(folded, c))) return folded;
  const { node } = folded;
  const [scale, , mean, variance] = node.inputs.slice(1).map((name) => graph.constants.get(name)!.data);
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const result = {
    ...folded,
    factor: folded.factor.slice(),
    shift: folded.shift.slice(),
    scale: Float32Array.from(scale as Float32Array),
  };
  channels.forEach((wanted, c) => {
    if (!wanted || !vanishes(folded, c)) return;
    const deviation = Math.sqrt(Number(variance![c]) + epsilon);
    result.scale[c] = deviation;
    result.factor[c] = result.scale[c]! / deviation;
    result.shift[c]! += Number(mean![c]) * (folded.factor[c]! - result.factor[c]!);
  });
  return result;
}
