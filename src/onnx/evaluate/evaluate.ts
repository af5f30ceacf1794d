import type { NodeContext, ValueType } from '../context.js';
import type { Tensor } from '../graph.js';
import { ARITHMETIC } from './arithmetic.js';
import type { Evaluator } from './evaluator.js';
import { SHAPES } from './shapes.js';
import { STRUCTURAL } from './structural.js';

/** Larger tensors are no shape computation; folding them is left to onnxruntime. */
const MAX_ELEMENTS = 4096;

const EVALUATORS: ReadonlyMap<string, Evaluator> = new Map([...SHAPES, ...STRUCTURAL, ...ARITHMETIC]);

/**
 * Value of a node's first output, where it is small and follows from input shapes and constant inputs; else undefined.
 *
 * @param outputs types and shapes of its outputs, as the shape rule found them
 */
export function evaluate(ctx: NodeContext, outputs: readonly (ValueType | undefined)[]): Tensor | undefined {
  const output = outputs[0];
  const evaluator = EVALUATORS.get(ctx.node.op);
  if (output === undefined || evaluator === undefined || ctx.node.domain !== '') return undefined;
  if (ctx.node.outputs.length !== 1 || output.type === 'string' || output.type === 'float16')
    return undefined;
  const sizes = [output.shape, ...ctx.constants.map((tensor) => tensor?.shape ?? [])];
  if (sizes.some((shape) => shape.reduce((a, b) => a * b, 1) > MAX_ELEMENTS)) return undefined;
  return evaluator(ctx, output);
}
