import { contextOf, type NodeContext } from '../../onnx/context.js';
import { consumersOf } from '../../onnx/edit.js';
import type { Graph, Node } from '../../onnx/graph.js';
import { clipBounds } from '../../onnx/parameters/clip.js';
import type { LinearLayer } from '../linear_layer.js';
import type { Plan, TensorId } from '../plan.js';
import { PlanBuilder } from '../plan_builder.js';
import { ApproximateLowering } from './approximate.js';
import type { Approximation } from './approximation.js';
import { type FusedActivation, type Lower, type LoweringContext, NotNative } from './context.js';
import { elementwiseLowerings } from './elementwise.js';
import { isStandard, linearLowerings } from './linear.js';
import { nonNegativeValues } from './non_negative.js';
import { reduceLowerings } from './reduce.js';
import { shapeLowerings } from './shape_ops.js';
import { windowLowerings } from './window.js';

/** By ONNX operator. */
export const lowerings: ReadonlyMap<string, Lower> = new Map([
  ...Object.entries(elementwiseLowerings),
  ...Object.entries(linearLowerings),
  ...Object.entries(reduceLowerings),
  ...Object.entries(shapeLowerings),
  ...Object.entries(windowLowerings),
]);

/** A run of nodes of a graph with known shapes. */
export interface NodesRequest {
  readonly graph: Graph;
  readonly nodes: readonly Node[];
  /** Values that come from outside, and those that have to be readable afterwards. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A run of nodes that becomes one plan. */
export interface PlanRequest extends NodesRequest {
  /** Approximate layers among the nodes, with the LUT slot of each. */
  readonly layers: ReadonlyMap<LinearLayer, number>;
  readonly approximation?: Approximation;
}

/** Lowers nodes with known shapes to a plan. @throws NotNative where the engine lacks something. */
export function lowerGraph(request: PlanRequest): Plan {
  const { graph, layers, approximation } = request;
  const builder = new PlanBuilder();
  const byNode = new Map([...layers.keys()].map((layer) => [layer.node, layer]));
  const approximate =
    approximation && new ApproximateLowering(approximation, layers, nonNegativeValues(graph));
  const lowered = lowerNodes(request, builder, (node) => {
    const layer = byNode.get(node);
    if (layer === undefined || approximate === undefined) return undefined;
    return (_, context) => {
      approximate.lower(layer, context, (value) =>
        context.onlyReadBy(value, (reader) => byNode.get(reader)?.input === value),
      );
    };
  });
  return builder.finish(lowered.inputs, lowered.outputs, approximation?.slots.length ?? 0);
}

/**
 * Adds the ops of the nodes to a plan.
 * @param special the lowering of a node that is not lowered as its op usually is
 * @param given tensors in the place of constants
 * @returns tensors of the inputs, which the caller fills, and of the outputs
 * @throws NotNative where the engine lacks something
 */
export function lowerNodes(
  request: NodesRequest,
  builder: PlanBuilder,
  special: (node: Node) => Lower | undefined,
  given: ReadonlyMap<string, TensorId> = new Map(),
): { inputs: TensorId[]; outputs: TensorId[] } {
  const context = new GraphLowering(request, builder);
  const inputs = request.inputs.map((name) => {
    const id = builder.tensor('f32', context.shape(name), name);
    context.define(name, id);
    return id;
  });
  for (const [name, id] of given) context.define(name, id);
  for (const node of request.nodes) {
    if (context.done.has(node)) continue;
    const lower = special(node) ?? lowerNode;
    lower(node, context);
  }
  return { inputs, outputs: request.outputs.map((name) => context.value(name)) };
}

/**
 * Why a node cannot run in an engine; undefined if it can.
 * @param opTypes what the engine's plans may name (default: the whole vocabulary)
 */
export function whyNotNative(graph: Graph, node: Node, opTypes?: ReadonlySet<string>): string | undefined {
  const constants = node.inputs.filter((name) => graph.constants.has(name));
  const inputs = [...new Set(node.inputs.filter((name) => name !== '' && !constants.includes(name)))];
  try {
    const outputs = node.outputs.filter(Boolean);
    const { ops } = lowerGraph({ graph, nodes: [node], inputs, outputs, layers: new Map() });
    const lacking = opTypes && ops.find(({ type }) => !opTypes.has(type));
    return lacking && `the engine lacks the op ${lacking.type}`;
  } catch (error) {
    if (error instanceof NotNative) return error.message;
    throw error;
  }
}

function lowerNode(node: Node, context: LoweringContext): void {
  const lower = isStandard(node) ? lowerings.get(node.op) : undefined;
  if (lower === undefined)
    throw new NotNative(`no native op for ${node.domain ? `${node.domain}.` : ''}${node.op}`);
  lower(node, context);
}

class GraphLowering implements LoweringContext {
  readonly graph: Graph;
  readonly builder: PlanBuilder;
  /** Nodes that another node's op includes. */
  readonly done = new Set<Node>();
  readonly #defined = new Map<string, TensorId>();
  readonly #consumers: ReadonlyMap<string, readonly Node[]>;
  readonly #visible: ReadonlySet<string>;
  readonly #nodes: ReadonlySet<Node>;

  constructor(request: NodesRequest, builder: PlanBuilder) {
    this.builder = builder;
    this.graph = request.graph;
    this.#consumers = consumersOf(request.graph);
    this.#visible = new Set(request.outputs);
    this.#nodes = new Set(request.nodes);
  }

  value(name: string): TensorId {
    const known = this.#defined.get(name);
    if (known !== undefined) return known;
    const tensor = this.constant(name);
    if (tensor === undefined) throw new NotNative(`value '${name}' is not available`);
    if (!(tensor.data instanceof Float32Array)) throw new NotNative(`value '${name}' is ${tensor.type}`);
    const id = this.builder.constant(tensor.data, tensor.shape, name);
    this.define(name, id);
    return id;
  }

  shape(name: string): readonly number[] {
    const info = this.graph.values.get(name) ?? this.graph.constants.get(name);
    if (info === undefined) throw new NotNative(`the shape of '${name}' is not known`);
    if (info.type !== 'float32') throw new NotNative(`'${name}' is ${info.type}`);
    if (info.shape.includes(0)) throw new NotNative(`'${name}' is empty`);
    return info.shape;
  }

  of(node: Node): NodeContext {
    const found = contextOf(this.graph, node);
    if (found === undefined) throw new NotNative('the shapes of its inputs are not known');
    return found;
  }

  constant(name: string) {
    return this.graph.constants.get(name);
  }

  define(name: string, id: TensorId): void {
    this.#defined.set(name, id);
  }

  fuseActivation(node: Node): { activation: FusedActivation; output: string } {
    const [value] = node.outputs;
    const unfused = { activation: { act: 'none' }, output: value } as const;
    const consumers = this.#consumers.get(value) ?? [];
    const [next] = consumers;
    if (consumers.length !== 1 || this.#visible.has(value) || !this.#nodes.has(next) || next.domain !== '') {
      return unfused;
    }
    if (next.inputs[0] !== value) return unfused;
    if (next.op === 'Relu') {
      this.done.add(next);
      return { activation: { act: 'relu' }, output: next.outputs[0] };
    }
    const bounds = next.op === 'Clip' ? clipBounds(this.of(next)) : undefined;
    if (bounds === undefined || !(bounds.min <= bounds.max)) return unfused;
    const { min, max } = bounds;
    this.done.add(next);
    return { activation: { act: 'clip', actMin: min, actMax: max }, output: next.outputs[0] };
  }

  onlyReadBy(value: string, reads: (node: Node) => boolean): boolean {
    const consumers = this.#consumers.get(value) ?? [];
    return consumers.length > 0 && !this.#visible.has(value) && consumers.every(reads);
  }
}
