import { isLinear } from '../../engine/linear_layer.js';
import type { Graph, Node } from '../../onnx/graph.js';
import { UserError } from '../../util/errors.js';
import { expectMatch, matchesGlob } from '../../util/glob.js';

export type ParameterKind = 'weight' | 'bias' | 'bn-scale' | 'bn-bias' | 'slope';

/** A constant of the optimized graph that training changes. */
export interface Parameter {
  /** Its name in the graph's constants. */
  readonly constant: string;
  readonly kind: ParameterKind;
  /** The layer that reads it; the first one where several do. */
  readonly node: Node;
  readonly shape: readonly number[];
}

/** Which parameters are trained. */
export interface ParameterOptions {
  /** Globs over node names: parameters of other nodes stay. Empty: all. */
  readonly trainOnly: readonly string[];
  readonly biasOnly: boolean;
}

/**
 * The float32 weights and biases of Conv, Gemm and MatMul, scales and biases of BatchNormalization and slopes of
 * PRelu in an optimized graph, in the order of its nodes. A constant that several nodes read is one parameter.
 * @throws UserError where a pattern matches no node with parameters, or nothing is left to train
 */
export function trainableParameters(graph: Graph, { trainOnly, biasOnly }: ParameterOptions): Parameter[] {
  const all = graph.nodes.flatMap((node) => parametersOf(graph, node));
  const names = [...new Set(all.map(({ node }) => node.name))];
  for (const pattern of trainOnly) expectMatch('--train-only', pattern, names, 'nodes with parameters');
  const chosen = new Map<string, Parameter>();
  for (const parameter of all) {
    const { constant, kind, node } = parameter;
    if (chosen.has(constant) || (biasOnly && kind !== 'bias' && kind !== 'bn-bias')) continue;
    if (trainOnly.length > 0 && !trainOnly.some((pattern) => matchesGlob(pattern, node.name))) continue;
    chosen.set(constant, parameter);
  }
  if (chosen.size === 0) {
    const what = biasOnly ? 'biases' : 'weights';
    const where = trainOnly.length > 0 ? `the nodes of --train-only ${trainOnly.join(', ')}` : 'the model';
    throw new UserError(`nothing to train: there are no constant float32 ${what} in ${where}`);
  }
  return [...chosen.values()];
}

function parametersOf(graph: Graph, node: Node): Parameter[] {
  return kindsOf(node).flatMap((kind, index) => {
    const constant = node.inputs[index] ?? '';
    const tensor = graph.constants.get(constant);
    if (kind === undefined || tensor?.type !== 'float32' || tensor.data.length === 0) return [];
    return [{ constant, kind, node, shape: tensor.shape }];
  });
}

/** By input. A MatMul by a constant from the left is not a layer that approximation knows: it stays as it is. */
function kindsOf(node: Node): readonly (ParameterKind | undefined)[] {
  if (isLinear(node)) return [undefined, 'weight', 'bias'];
  if (node.domain !== '') return [];
  if (node.op === 'BatchNormalization') return [undefined, 'bn-scale', 'bn-bias'];
  if (node.op === 'PRelu') return [undefined, 'slope'];
  return [];
}
