/**
 * Removes nodes that return their first input as it is; their readers read that input instead.
 *
 * Handles: Identity; Dropout (inference); Cast to the type it has; Reshape, Flatten, Squeeze, Unsqueeze and Expand to
 * the shape it has; Transpose that permutes nothing; Pad by nothing; Slice of everything; Concat, Sum, Mean, Max, Min
 * and Split of one. Needs inferred shapes. Leaves: nodes whose output is a graph output (its name must stay) or is read
 * within a sub-graph, and a Dropout whose mask is read.
 */
import { contextOf, type NodeContext } from '../context.js';
import { capturedNames, consumersOf, editGraph } from '../edit.js';
import type { Graph, Node } from '../graph.js';
import { transposePermutation } from '../parameters/axes.js';
import { padParameters } from '../parameters/pad.js';
import { sliceParameters } from '../parameters/slice.js';

/** Whether the node, with known shapes, changes nothing. */
type Check = (ctx: NodeContext, graph: Graph) => boolean;

const sameShape: Check = ({ node }, { values }) => {
  return values.get(node.inputs[0]!)?.shape.join() === values.get(node.outputs[0]!)?.shape.join();
};
const sameType: Check = ({ node }, { values }) => {
  return values.get(node.inputs[0]!)?.type === values.get(node.outputs[0]!)?.type;
};
const oneInput: Check = ({ node }) => node.inputs.length === 1;
const notTraining: Check = ({ node, constants }) => {
  return (node.inputs[2] ?? '') === '' || (constants[2] !== undefined && Number(constants[2].data[0]) === 0);
};
const permutesNothing: Check = (ctx) => transposePermutation(ctx).every((axis, i) => axis === i);
const padsNothing: Check = (ctx) => {
  const pads = padParameters(ctx);
  return pads !== undefined && [...pads.begins, ...pads.ends].every((size) => size === 0);
};
const slicesNothing: Check = (ctx, graph) => {
  return sameShape(ctx, graph) && sliceParameters(ctx)?.steps.every((step) => step === 1) === true;
};

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['Identity', () => true],
  ['Dropout', notTraining],
  ['Cast', sameType],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand'].map((op) => [op, sameShape] as const),
  ['Transpose', permutesNothing],
  ['Pad', padsNothing],
  ['Slice', slicesNothing],
  ...['Concat', 'Sum', 'Mean', 'Max', 'Min'].map((op) => [op, oneInput] as const),
  ['Split', ({ node }) => node.outputs.length === 1],
]);

/** @param dropout 'keep' leaves Dropout nodes */
export function removeIdentities(graph: Graph, dropout: 'remove' | 'keep' = 'remove'): Graph {
  const consumers = consumersOf(graph);
  const fixed = new Set([...graph.outputs.map(({ name }) => name), ...capturedNames(graph)]);
  const nodes = new Map<Node, readonly Node[]>();
  const aliases = new Map<string, string>();
  for (const node of graph.nodes) {
    const [output = '', ...others] = node.outputs;
    if (fixed.has(output) || others.some((name) => fixed.has(name) || consumers.has(name))) continue;
    if (node.op === 'Dropout' && dropout === 'keep') continue;
    const check = node.domain === '' ? CHECKS.get(node.op) : undefined;
    const ctx = check && contextOf(graph, node);
    if (ctx === undefined || !check?.(ctx, graph)) continue;
    nodes.set(node, []);
    aliases.set(output, node.inputs[0]!);
  }
  return editGraph(graph, { nodes, aliases });
}
