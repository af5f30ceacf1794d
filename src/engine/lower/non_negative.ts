import { contextOf } from '../../onnx/context.js';
import type { Graph, Node } from '../../onnx/graph.js';
import { clipBounds } from '../../onnx/parameters/clip.js';
import { padParameters } from '../../onnx/parameters/pad.js';

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
  const context = contextOf(graph, node);
  if (context === undefined) return false;
  if (node.op === 'Clip') {
    const bounds = clipBounds(context);
    return bounds !== undefined && (bounds.min >= 0 || holds(node.inputs[0])) && bounds.max >= 0;
  }
  if (node.op === 'Pad') {
    const value = padParameters(context)?.value;
    return holds(node.inputs[0]) && value !== undefined && value >= 0;
  }
  return false;
}

function isNonNegativeConstant(graph: Graph, name: string): boolean {
  const data = graph.constants.get(name)?.data;
  return data instanceof Float32Array && data.every((x) => x >= 0);
}
