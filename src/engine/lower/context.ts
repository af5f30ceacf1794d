import type { NodeContext } from '../../onnx/context.js';
import type { Graph, Node, Tensor } from '../../onnx/graph.js';
import type { PlanAttribute, TensorId } from '../plan.js';
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
  /** All that is known of a node's inputs. @throws NotNative where a shape is unknown */
  of(node: Node): NodeContext;
  /** The constant behind a value, if it is one. */
  constant(name: string): Tensor | undefined;
  define(name: string, id: TensorId): void;
  /**
   * The activation that follows `node` and that nothing else sees, and the name of the value that comes out of
   * both. The activation's node counts as lowered.
   */
  fuseActivation(node: Node): { activation: FusedActivation; output: string };
  /** Whether a value has readers, and nothing sees it but nodes for which `reads` holds. */
  onlyReadBy(value: string, reads: (node: Node) => boolean): boolean;
}

export type Lower = (node: Node, context: LoweringContext) => void;

/** A parameter that a native op needs at build time. @throws NotNative where it is not constant */
export function known<T>(parameter: T | undefined): T {
  if (parameter === undefined) throw new NotNative('a parameter is not constant');
  return parameter;
}

/** Lowers a node with one input and one output to the op of the same name. */
export function lowerUnary(
  node: Node,
  context: LoweringContext,
  attributes: Readonly<Record<string, PlanAttribute>> = {},
): void {
  const [output] = node.outputs;
  const input = context.value(node.inputs[0]);
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op(node.op, node.name, [input], [id], attributes);
  context.define(output, id);
}

/** Lowers a node with one input and one output to a view of the input. */
export const lowerView: Lower = (node, context) => {
  const [output] = node.outputs;
  context.define(output, context.builder.view(context.value(node.inputs[0]), context.shape(output), output));
};
