import type { Graph, Node, Tensor } from '../../onnx/graph.js';
import type { TensorId } from '../plan.js';
import type { PlanBuilder } from '../plan_builder.js';

/** Thrown by a lowering that has no native op for a node; the node then runs through onnxruntime. */
export class NotNative extends Error {}

/** A fused activation, as attributes of the op that applies it. */
export type FusedActivation =
  | { readonly act: 'none' | 'relu' }
  | { readonly act: 'clip'; readonly actMin: number; readonly actMax: number };

/** What a node's lowering sees of the graph, and where it puts its ops. */
export interface LoweringContext {
  readonly graph: Graph;
  readonly builder: PlanBuilder;
  /** The float32 tensor of an ONNX value. @throws NotNative where it has another type. */
  value(name: string): TensorId;
  /** Known shape of a value. @throws NotNative where it is unknown. */
  shape(name: string): readonly number[];
  /** The constant behind a value, if it is one. */
  constant(name: string): Tensor | undefined;
  define(name: string, id: TensorId): void;
  /**
   * The activation that follows `node` and that nothing else sees, and the name of the value that comes out of
   * both. The activation's node counts as lowered.
   */
  fuseActivation(node: Node): { activation: FusedActivation; output: string };
}

export type Lower = (node: Node, context: LoweringContext) => void;

/** Numbers of a constant input (int64 or float), undefined where the input is omitted. */
export function constantNumbers(context: LoweringContext, name: string | undefined): number[] | undefined {
  if (name === undefined || name === '') return undefined;
  const tensor = context.constant(name);
  if (tensor === undefined) throw new NotNative(`input ${name} is not constant`);
  return Array.from(tensor.data as Iterable<number | bigint>, Number);
}

/** Lowers a node with one input and one output to a view of the input. */
export const lowerView: Lower = (node, context) => {
  const [output] = node.outputs;
  context.define(output, context.builder.view(context.value(node.inputs[0]), context.shape(output), output));
};
