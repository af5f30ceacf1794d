import { contextOf } from '../../onnx/context.js';
import { dropUnused, producersOf } from '../../onnx/edit.js';
import type { Graph, Node } from '../../onnx/graph.js';
import { softmaxExtents } from '../../onnx/parameters/axes.js';

/** Ops that give the elements of their first input another shape. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity']);

/** The part of a graph that a classifier's loss depends on. */
export interface ScoresGraph {
  readonly graph: Graph;
  /** Its output: what a Softmax or LogSoftmax at the end of the model reads, else the model's scores. */
  readonly logits: string;
  readonly classes: number;
}

/** @param output the scores, [batch, classes] or with further dimensions of 1 */
export function scoresGraph(graph: Graph, output: string, batch: number): ScoresGraph {
  const value = graph.values.get(output);
  if (value === undefined) throw new Error(`the shape of '${output}' is not known`);
  const classes = value.shape.reduce((product, size) => product * size, 1) / batch;
  const logits = beforeSoftmax(graph, output, classes) ?? output;
  const { type, shape } = graph.values.get(logits) ?? value;
  return { graph: dropUnused({ ...graph, outputs: [{ name: logits, type, shape }] }), logits, classes };
}

function beforeSoftmax(graph: Graph, output: string, classes: number): string | undefined {
  const producers = producersOf(graph);
  let last = producers.get(output);
  while (last?.domain === '' && VIEWS.has(last.op)) last = producers.get(last.inputs[0]);
  return last !== undefined && normalizesClasses(graph, last, classes) ? last.inputs[0] : undefined;
}

function normalizesClasses(graph: Graph, node: Node, classes: number): boolean {
  if (node.domain !== '' || (node.op !== 'Softmax' && node.op !== 'LogSoftmax')) return false;
  const context = contextOf(graph, node);
  if (context === undefined) return false;
  const [, axisSize, inner] = softmaxExtents(context);
  return axisSize === classes && inner === 1;
}
