import { floatAttribute, intAttribute } from '../attributes.js';
import type { Graph, Node, Tensor } from '../graph.js';
import { isMatMul, PRIVATE_DOMAIN } from '../private_ops.js';

/** A Conv, Gemm or MatMul with constant float32 weights and a constant bias or none: what other nodes fold into. */
export interface Layer {
  readonly node: Node;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  /** Axis of the weight along which output channels lie. */
  readonly weightAxis: number;
  /** Axis of the output (of known shape) along which output channels lie. */
  readonly outputAxis: number;
  readonly outputShape: readonly number[];
  readonly channels: number;
}

/** The node as a Layer; undefined where it is none, or its shapes are not known, or it scales its bias (Gemm's beta). */
export function layerOf(graph: Graph, node: Node): Layer | undefined {
  const axes = layerAxes(node);
  const outputShape = graph.values.get(node.outputs[0] ?? '')?.shape;
  const weight = graph.constants.get(node.inputs[1] ?? '');
  const biasName = node.inputs[2] ?? '';
  const bias = graph.constants.get(biasName);
  if (axes === undefined || outputShape === undefined || weight?.type !== 'float32') return undefined;
  const channels = weight.shape[axes.weight];
  if (weight.shape.length < 2 || channels === undefined || (isMatMul(node) && weight.shape.length !== 2))
    return undefined;
  if (biasName !== '' && (bias?.type !== 'float32' || bias.shape.join() !== String(channels)))
    return undefined;
  const outputAxis = node.op === 'Conv' ? 1 : outputShape.length - 1;
  return { node, weight, bias, weightAxis: axes.weight, outputAxis, outputShape, channels };
}

function layerAxes(node: Node): { weight: number } | undefined {
  if (isMatMul(node)) return { weight: 1 };
  if (node.domain !== '') return undefined;
  if (node.op === 'Conv') return { weight: 0 };
  if (node.op !== 'Gemm') return undefined;
  if (floatAttribute(node, 'alpha', 1) !== 1 || floatAttribute(node, 'beta', 1) !== 1) return undefined;
  return { weight: intAttribute(node, 'transB', 0) === 0 ? 1 : 0 };
}

/** y · factor + shift, one entry per output channel. */
export interface Affine {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

export interface FoldedLayer {
  readonly node: Node;
  readonly constants: ReadonlyMap<string, Tensor>;
}

/**
 * The layer followed by a per-channel affine map, as one layer that writes `output`. Computed in float64, rounded to
 * float32 once (numerics.md §3).
 *
 * @param nameFor name under which a changed constant is put: its own, or one made from the fallback where others read it
 */
export function applyAffine(
  layer: Layer,
  { factor, shift }: Affine,
  output: string,
  nameFor: (name: string, fallback: string) => string,
): FoldedLayer {
  const { node, bias } = layer;
  const [x, weightName, biasName] = node.inputs as [string, string, string?];
  const constants = new Map<string, Tensor>();
  const inputs = [x, weightName];
  if (factor.some((value) => value !== 1)) {
    inputs[1] = nameFor(weightName, `${weightName}/folded`);
    constants.set(inputs[1], scaleWeight(layer, factor));
  }
  const fallback = `${node.name}/bias`;
  // A bias of its own needs a free name in any case.
  inputs[2] = nameFor(biasName ?? '', fallback);
  const old = bias?.data ?? new Float32Array(layer.channels);
  const data = Float32Array.from(factor, (value, c) => Number(old[c]) * value + shift[c]!);
  constants.set(inputs[2], { type: 'float32', shape: [layer.channels], data });
  const domain = node.op === 'MatMul' ? PRIVATE_DOMAIN : node.domain;
  return { node: { ...node, domain, inputs, outputs: [output] }, constants };
}

function scaleWeight({ weight, weightAxis, channels }: Layer, factor: Float64Array): Tensor {
  const inner = weight.shape.slice(weightAxis + 1).reduce((a, b) => a * b, 1);
  const data = Float32Array.from(weight.data as Float32Array, (value, i) => {
    return value * factor[Math.floor(i / inner) % channels]!;
  });
  return { ...weight, data };
}

/** A constant that broadcasts over `shape` with one value per channel at `axis`, as those values; else undefined. */
export function perChannel(tensor: Tensor, shape: readonly number[], axis: number): Float64Array | undefined {
  const offset = shape.length - tensor.shape.length;
  const fits = tensor.shape.every((size, i) => size === 1 || (i + offset === axis && size === shape[axis]));
  if (tensor.type !== 'float32' || offset < 0 || !fits) return undefined;
  const { data } = tensor;
  return Float64Array.from({ length: shape[axis]! }, (_, c) => Number(data[data.length === 1 ? 0 : c]));
}
