import { firstOperand, type Multiplier, type OperandType } from '../multiplier.js';
import { type GradientTables, gradientVector } from './gradient_tables.js';

function operands(type: OperandType, bits: number): Float64Array {
  return Float64Array.from({ length: 2 ** bits }, (_, i) => firstOperand(type, bits) + i);
}

/** The straight-through estimator: the derivatives of the exact product, ∂T/∂a = w and ∂T/∂w = a. */
export function ste({ activation, weight, bits }: Multiplier): GradientTables {
  return {
    activation: gradientVector(operands(weight, bits), weight, bits),
    weight: gradientVector(operands(activation, bits), activation, bits),
  };
}

/** Least-squares slope of values at equal distances of 1. */
function slope(values: Float64Array): number {
  const middle = (values.length - 1) / 2;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    products += (i - middle) * values[i]!;
    squares += (i - middle) ** 2;
  }
  return products / squares;
}

/**
 * Linear regression: for each weight the slope of T(·, w) over all activations, for each activation that of T(a, ·)
 * over all weights, computed in float64.
 */
export function lre({ activation, weight, bits, table }: Multiplier): GradientTables {
  const size = 2 ** bits;
  const each = Float64Array.from({ length: size }, (_, i) => i);
  const columns = each.map((w) => slope(each.map((a) => table[a * size + w]!)));
  const rows = each.map((a) => slope(each.map((w) => table[a * size + w]!)));
  return {
    activation: gradientVector(columns, weight, bits),
    weight: gradientVector(rows, activation, bits),
  };
}
