/**
 * Folds arithmetic with per-channel constants into the layer before it: MatMul + Add becomes a MatMul with a bias (see
 * private_ops.ts), Conv + Add of [C,1,1] a Conv with a bias, and a BatchNormalization that was exported as Mul and Add
 * disappears.
 *
 * Handles: Add, Sub, Mul, Div with a constant scalar or one value per output channel, after Conv, Gemm and MatMul with
 * constant float32 weights, where nothing else reads the layer's output. Leaves: constant − layer, constant / layer,
 * constants that enlarge the output.
 */
import type { AffineOf } from './fold_into_layers.js';
import { type Affine, perChannel } from './layer.js';

const ones = (values: Float64Array): Float64Array => values.map(() => 1);
const zeros = (values: Float64Array): Float64Array => values.map(() => 0);

const ARITHMETIC: ReadonlyMap<string, (constant: Float64Array) => Affine> = new Map([
  ['Add', (constant) => ({ factor: ones(constant), shift: constant })],
  ['Sub', (constant) => ({ factor: ones(constant), shift: constant.map((value) => -value) })],
  ['Mul', (constant) => ({ factor: constant, shift: zeros(constant) })],
  ['Div', (constant) => ({ factor: constant.map((value) => 1 / value), shift: zeros(constant) })],
]);

/** A constant added, subtracted, multiplied or divided by. */
export const arithmetic: AffineOf = (graph, node, layer, layerInput) => {
  const affineOf = node.domain === '' ? ARITHMETIC.get(node.op) : undefined;
  if (affineOf === undefined || node.inputs.length !== 2) return undefined;
  if (layerInput === 1 && (node.op === 'Sub' || node.op === 'Div')) return undefined;
  const constant = graph.constants.get(node.inputs[1 - layerInput]!);
  const values = constant && perChannel(constant, layer.outputShape, layer.outputAxis);
  return values && affineOf(values);
};
