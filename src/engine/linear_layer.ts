import { floatAttribute, intAttribute } from '../onnx/attributes.js';
import { contextOf } from '../onnx/context.js';
import type { Graph, Node } from '../onnx/graph.js';
import { convParameters } from '../onnx/parameters/spatial.js';
import { isMatMul } from '../onnx/private_ops.js';
import { imageShape, type Window, windowOf } from './lower/window.js';

/** A Conv, Gemm or MatMul whose weights are constant, in the one form that approximation needs. */
export interface LinearLayer {
  readonly node: Node;
  readonly input: string;
  readonly output: string;
  /** [N, C, H, W]; a dense layer has [M, K, 1, 1]. */
  readonly inputShape: readonly number[];
  /** [N, O, Ho, Wo], or [M, O, 1, 1]. */
  readonly outputShape: readonly number[];
  readonly group: number;
  /** Dense layers have the 1×1 window. */
  readonly window: Window;
  /** float32 [O, C/g, kh, kw], row-major. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
}

/** A node that multiplies by weights but cannot be approximated, and why. */
export interface ExactLayer {
  readonly node: Node;
  readonly reason: string;
}

const DENSE: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

/** Whether a node's multiplications are candidates for an approximate multiplier. */
export function isLinear(node: Node): boolean {
  return (node.domain === '' && (node.op === 'Conv' || node.op === 'Gemm')) || isMatMul(node);
}

/** Whether the weights of a layer's node lie as the layer has them; else [K, O]. */
export function hasOutputsFirst(node: Node): boolean {
  return node.op === 'Conv' || intAttribute(node, 'transB', 0) !== 0;
}

/** All Conv, Gemm and MatMul nodes of a graph with inferred shapes, in order. */
export function linearLayers(graph: Graph): (LinearLayer | ExactLayer)[] {
  return graph.nodes.filter(isLinear).map((node) => linearLayer(graph, node));
}

export function isExact(layer: LinearLayer | ExactLayer): layer is ExactLayer {
  return 'reason' in layer;
}

function linearLayer(graph: Graph, node: Node): LinearLayer | ExactLayer {
  const exact = (reason: string): ExactLayer => ({ node, reason });
  const [input, weightName, biasName] = node.inputs;
  const inputShape = graph.values.get(input)?.shape;
  const outputShape = graph.values.get(node.outputs[0])?.shape;
  const context = contextOf(graph, node);
  if (inputShape === undefined || outputShape === undefined || context === undefined)
    return exact('its shapes are not known');
  const weight = graph.constants.get(weightName);
  if (weight === undefined) {
    return exact(
      graph.constants.has(input) ? 'its weights are the left operand' : 'its weights are not constant',
    );
  }
  if (!(weight.data instanceof Float32Array)) return exact(`its weights are ${weight.type}, not float32`);
  const bias = biasOf(
    graph,
    biasName,
    node.op === 'Conv' ? weight.shape[0] : outputShape[outputShape.length - 1],
  );
  if (bias === null) return exact('its bias is not one constant for each output');
  const common = { node, input, output: node.outputs[0], bias };
  if (node.op === 'Conv') {
    if (inputShape.length > 4) return exact(`${inputShape.length - 2}-dimensional convolution`);
    const parameters = convParameters(context);
    return {
      ...common,
      inputShape: imageShape(inputShape),
      outputShape: imageShape(outputShape),
      group: parameters.group,
      window: windowOf(parameters),
      weights: weight.data,
    };
  }
  if (weight.shape.length !== 2) return exact(`its weights have ${weight.shape.length} dimensions`);
  if (node.op === 'Gemm') {
    if (intAttribute(node, 'transA', 0) !== 0) return exact('its activations are transposed');
    const scaled = floatAttribute(node, 'alpha', 1) !== 1 || floatAttribute(node, 'beta', 1) !== 1;
    if (scaled) return exact('its alpha or beta could not be folded into constants');
  }
  const outputsFirst = hasOutputsFirst(node);
  const [depth, outputs] = outputsFirst
    ? [weight.shape[1], weight.shape[0]]
    : [weight.shape[0], weight.shape[1]];
  const rows = inputShape.slice(0, -1).reduce((product, size) => product * size, 1);
  return {
    ...common,
    inputShape: [rows, depth, 1, 1],
    outputShape: [rows, outputs, 1, 1],
    group: 1,
    window: DENSE,
    weights: outputsFirst ? weight.data : transposed(weight.data, depth, outputs),
  };
}

/** The bias as one value per output; undefined where there is none, null where it is something else. */
function biasOf(graph: Graph, name: string | undefined, outputs: number): Float32Array | undefined | null {
  if (name === undefined || name === '') return undefined;
  const tensor = graph.constants.get(name);
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) return null;
  if (tensor.data.length === 1) return new Float32Array(outputs).fill(tensor.data[0]);
  const perOutput = tensor.data.length === outputs && tensor.shape[tensor.shape.length - 1] === outputs;
  return perOutput ? tensor.data : null;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = matrix[row * columns + column];
  }
  return result;
}

/** Multiply-accumulates of the layer per sample, given the batch size. */
export function macsPerSample(layer: LinearLayer, batch: number): number {
  const outputs = layer.outputShape.reduce((product, size) => product * size, 1);
  const { kernel } = layer.window;
  return (outputs / batch) * (layer.inputShape[1] / layer.group) * kernel[0] * kernel[1];
}

/** What a table shows of a layer: '3×3 s2 g32', '' for a dense layer. */
export function layerKind(layer: LinearLayer): string {
  if (layer.node.op !== 'Conv') return '';
  const { kernel, strides, dilations } = layer.window;
  const pair = ([a, b]: readonly [number, number]) => (a === b ? `${a}` : `${a}×${b}`);
  const parts = [`${kernel[0]}×${kernel[1]}`];
  if (strides[0] !== 1 || strides[1] !== 1) parts.push(`s${pair(strides)}`);
  if (dilations[0] !== 1 || dilations[1] !== 1) parts.push(`d${pair(dilations)}`);
  if (layer.group !== 1) parts.push(`g${layer.group}`);
  return parts.join(' ');
}
