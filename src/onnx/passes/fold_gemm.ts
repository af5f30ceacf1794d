/**
 * Brings Gemm nodes with constant weights into one form: alpha = beta = 1, transB = 1 with the weight as [N,K] (output
 * channels first, as in Conv), and the bias as [N] where it is the same for every row.
 *
 * Handles: constant float32 B, with C absent, constant, or (beta = 1) anything. transA stays.
 * Computed in float64, rounded to float32 once.
 */
import { floatAttribute, intAttribute } from '../attributes.js';
import { consumersOf, editGraph, freshName } from '../edit.js';
import type { Graph, Node, Tensor } from '../graph.js';
import { perChannel } from './layer.js';

export function foldGemm(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = new Map<Node, readonly Node[]>();
  const constants = new Map<string, Tensor>();
  const put = (name: string, tensor: Tensor): string => {
    const isShared = outputs.has(name) || (consumers.get(name)?.length ?? 0) > 1;
    const free = isShared ? freshName(graph, `${name}/folded`, constants) : name;
    constants.set(free, tensor);
    return free;
  };
  for (const node of graph.nodes) {
    const normal = normalForm(graph, node);
    if (normal === undefined) continue;
    const [a, b, c = ''] = node.inputs as [string, string, string?];
    const inputs = [a, put(b, normal.weight)];
    if (c !== '') inputs.push(normal.bias === undefined ? c : put(c, normal.bias));
    const attributes = new Map(node.attributes).set('transB', 1);
    attributes.delete('alpha');
    attributes.delete('beta');
    nodes.set(node, [{ ...node, inputs, attributes }]);
  }
  return editGraph(graph, { nodes, constants });
}

/** Its new weight, and its new bias where that is constant; undefined where the node stays. */
function normalForm(graph: Graph, node: Node): { weight: Tensor; bias: Tensor | undefined } | undefined {
  if (node.op !== 'Gemm' || node.domain !== '' || node.inputs[1] === node.inputs[2]) return undefined;
  const weight = graph.constants.get(node.inputs[1] ?? '');
  const shape = graph.values.get(node.outputs[0]!)?.shape;
  if (weight?.type !== 'float32' || weight.shape.length !== 2 || shape === undefined) return undefined;
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const transposed = intAttribute(node, 'transB', 0) !== 0;
  const name = node.inputs[2] ?? '';
  const bias = graph.constants.get(name);
  if (name !== '' && bias?.type !== 'float32' && beta !== 1) return undefined;
  const newBias = bias?.type === 'float32' ? scaledBias(bias, beta, shape) : undefined;
  const isNormal = alpha === 1 && beta === 1 && transposed && (newBias === undefined || newBias === bias);
  return isNormal ? undefined : { weight: scaledWeight(weight, alpha, transposed), bias: newBias };
}

/** [N,K], times alpha; the tensor itself where nothing changes. */
function scaledWeight(weight: Tensor, alpha: number, transposed: boolean): Tensor {
  if (transposed && alpha === 1) return weight;
  const source = weight.data as Float32Array;
  if (transposed) return { ...weight, data: source.map((value) => value * alpha) };
  const [k, n] = weight.shape as [number, number];
  const data = new Float32Array(source.length);
  for (let row = 0; row < k; row++) {
    for (let column = 0; column < n; column++) data[column * k + row] = source[row * n + column]! * alpha;
  }
  return { type: 'float32', shape: [n, k], data };
}

/** [N] where it is the same for every row, times beta; the tensor itself where nothing changes. */
function scaledBias(bias: Tensor, beta: number, output: readonly number[]): Tensor {
  const columns = perChannel(bias, output, 1);
  const isVector = columns === undefined || bias.shape.join() === String(output[1]);
  if (beta === 1 && isVector) return bias;
  if (columns === undefined)
    return { ...bias, data: (bias.data as Float32Array).map((value) => value * beta) };
  return {
    type: 'float32',
    shape: [columns.length],
    data: Float32Array.from(columns, (value) => value * beta),
  };
}
