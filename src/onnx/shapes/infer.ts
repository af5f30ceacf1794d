import { UserError } from '../../util/errors.js';
import { describeNode } from '../attributes.js';
import { makeContext, type ValueType } from '../context.js';
import { evaluate } from '../evaluate/evaluate.js';
import type { Graph, Node, Tensor } from '../graph.js';
import { isMatMul } from '../private_ops.js';
import { elementCount } from '../tensor_decode.js';
import { ELEMENTWISE_RULES } from './elementwise.js';
import { LAYOUT_RULES } from './layout.js';
import { PRODUCT_RULES } from './products.js';
import { REDUCTION_RULES } from './reductions.js';
import type { ShapeRule } from './rule.js';
import { SHAPE_RULES } from './shape_ops.js';

const RULES: ReadonlyMap<string, ShapeRule> = new Map([
  ...ELEMENTWISE_RULES,
  ...PRODUCT_RULES,
  ...LAYOUT_RULES,
  ...REDUCTION_RULES,
  ...SHAPE_RULES,
]);

export interface Inference {
  /** Type and shape of every value that could be told; constants included. */
  readonly values: ReadonlyMap<string, ValueType>;
  /** The graph's constants, and the small values that the nodes compute from shapes and constants. */
  readonly constants: ReadonlyMap<string, Tensor>;
}

/**
 * The graph with `values` filled for the given input shapes. Values behind operators that have no rule stay absent,
 * unless `extra` has them.
 *
 * @param inputShapes shape of each graph input, see `bindBatch`; an input that is absent must have a declared one
 * @param extra types and shapes known from elsewhere (found by running onnxruntime)
 * @throws UserError naming the node where shapes do not fit, are negative or overflow
 */
export function inferShapes(
  graph: Graph,
  inputShapes: ReadonlyMap<string, readonly number[]>,
  extra?: ReadonlyMap<string, ValueType>,
): Graph {
  return { ...graph, values: propagate(graph, inputShapes, extra).values };
}

/** One walk over the nodes that infers shapes and evaluates the small tensors that later shapes depend on. */
export function propagate(
  graph: Graph,
  inputShapes: ReadonlyMap<string, readonly number[]>,
  extra: ReadonlyMap<string, ValueType> = new Map(),
): Inference {
  const values = new Map<string, ValueType>(extra);
  const constants = new Map(graph.constants);
  for (const [name, { type, shape }] of graph.constants) values.set(name, { type, shape });
  for (const info of graph.inputs) {
    const shape = inputShapes.get(info.name) ?? info.shape;
    if (!isKnown(shape)) {
      throw new UserError(
        `input '${info.name}' has the dynamic shape [${shape.join(', ')}]; sizes must be given`,
      );
    }
    elementCount(shape, `input '${info.name}'`);
    values.set(info.name, { type: info.type, shape });
  }
  for (const node of graph.nodes) inferNode(node, graph.opset, values, constants);
  return { values, constants };
}

function inferNode(
  node: Node,
  opset: number,
  values: Map<string, ValueType>,
  constants: Map<string, Tensor>,
): void {
  const rule = ruleOf(node);
  const ctx = rule && makeContext(node, opset, values, constants);
  if (rule === undefined || ctx === undefined) return;
  const outputs = rule(ctx);
  if (outputs === undefined) return;
  node.outputs.forEach((name, i) => {
    const value = outputs[i];
    if (name === '' || value === undefined) return;
    elementCount(value.shape, `${describeNode(node)}: output '${name}'`);
    values.set(name, value);
  });
  const result = evaluate(ctx, outputs);
  if (result !== undefined) constants.set(node.outputs[0]!, result);
}

function ruleOf(node: Node): ShapeRule | undefined {
  return node.domain === '' || isMatMul(node) ? RULES.get(node.op) : undefined;
}

function isKnown(shape: readonly (number | string)[]): shape is readonly number[] {
  return shape.every((size) => typeof size === 'number');
}
