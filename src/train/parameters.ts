import type { Graph, Node } from '../onnx/graph.js';

/** A constant of the optimized graph that training changes. */
export interface Parameter {
  /** Its name in the graph's constants. */
  readonly constant: string;
  readonly kind: 'weight' | 'bias' | 'bn-scale' | 'bn-bias' | 'slope';
  /** The layer that reads it. */
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
 * The parameters of an optimized graph, in the order of its nodes.
 * @throws UserError where a pattern matches no node with parameters, or nothing is left to train
 */
export function trainableParameters(_graph: Graph, _options: ParameterOptions): Parameter[] {
  throw new Error('not there yet');
}
