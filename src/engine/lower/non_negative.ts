import { floatAttribute } from '../../onnx/attributes.js';
import type { Graph, Node } from '../../onnx/graph.js';

/** Results of these are never negative. */
const ALWAYS = new Set(['Relu', 'Sigmoid', 'HardSigmoid', 'Softmax']);

/** These keep their first input non-negative. */
const FROM_FIRST = new Set([
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Dropout',
  'Slice',
  'Split',
  'ReduceMean',
  'ReduceSum',
  'LeakyRelu',
  'Elu',
  'HardSwish',
]);

/** These need all their inputs non-negative. */
const FROM_ALL = new Set(['Add', 'Mul', 'Div', 'Concat']);

/** Values of a graph that cannot be negative, whatever its inputs are. */
export function nonNegativeValues(graph: Graph): ReadonlySet<string> {
  const known = new Set<string>();
  const holds = (name: string): boolean => known.has(name) || isNonNegativeConstant(graph, name);
  for (const node of graph.nodes) {
    if (node.domain === '' && staysNonNegative(graph, node, holds))
      for (const name of node.outputs) known.add(name);
  }
  return known;
}

function staysNonNegative(graph: Graph, node: Node, holds: (name: string) => boolean): boolean {
  if (ALWAYS.has(node.op)) return true;
  if (FROM_FIRST.has(node.op)) return holds(node.inputs[0]);
  if (FROM_ALL.has(node.op)) return node.inputs.every(holds);
  if (node.op === 'Clip') {
    const min = node.inputs[1]
      ? graph.constants.get(node.inputs[1])?.data[0]
      : floatAttribute(node, 'min', -1);
    return (
      (min !== undefined && Number(min) >= 0) || (holds(node.inputs[0]) && clipMaxIsNonNegative(graph, node))
    );
  }
  if (node.op === 'Pad') {
    const value = node.inputs[2]
      ? graph.constants.get(node.inputs[2])?.data[0]
      : floatAttribute(node, 'value', 0);
    return holds(node.inputs[0]) && value !== undefined && Number(value) >= 0;
  }
  return false;
}

function clipMaxIsNonNegative(graph: Graph, node: Node): boolean {
  const max = node.inputs[2] ? graph.constants.get(node.inputs[2])?.data[0] : floatAttribute(node, 'max', 0);
  return max !== undefined && Number(max) >= 0;
}

function isNonNegativeConstant(graph: Graph, name: string): boolean {
  const data = graph.constants.get(name)?.data;
  return data instanceof Float32Array && data.every((x) => x >= 0);
}
