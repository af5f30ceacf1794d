import { firstOperand, type Multiplier, type OperandType } from '../multiplier.js';

/** Operand indices per axis, as the engine counts them: index = operand − firstOperand(type, 8). */
const SIZE = 256;

/**
 * What stands for the derivatives of a multiplier T(a, w) in training (numerics.md §4), zero points not taken off.
 * Indices are the engine's, of 8 bits; operands of narrower multipliers lie around their zero, all else is 0.
 */
export interface GradientTables {
  /** By the activation: [256] by weight index where it depends on nothing else, else [activation][weight]. */
  readonly activation: Float32Array;
  /** By the weight: [256] by activation index where it depends on nothing else, else [activation][weight]. */
  readonly weight: Float32Array;
}

/** Values of one operand as the engine takes them. @param values by operand in ascending order, 2^bits of them */
export function gradientVector(values: ArrayLike<number>, type: OperandType, bits: number): Float32Array {
  const vector = new Float32Array(SIZE);
  vector.set(values, firstOperand(type, bits) - firstOperand(type, 8));
  return vector;
}

/**
 * Two tables of the multiplier's shape as the engine takes them. A table that depends on one operand alone becomes
 * the vector over it: that is what serves `ste` and `lre`, and it is fast.
 * @param byActivation estimates of ∂T/∂a, byWeight of ∂T/∂w: [activation][weight], ascending operands
 */
export function gradientTables(
  byActivation: Float32Array,
  byWeight: Float32Array,
  { activation, weight, bits }: Multiplier,
): GradientTables {
  const size = 2 ** bits;
  const firstRow = byActivation.subarray(0, size);
  const firstColumn = byWeight.filter((_, at) => at % size === 0);
  const embedded = (table: Float32Array) => {
    const whole = new Float32Array(SIZE * SIZE);
    const row0 = firstOperand(activation, bits) - firstOperand(activation, 8);
    for (let row = 0; row < size; row++) {
      const values = gradientVector(table.subarray(row * size, (row + 1) * size), weight, bits);
      whole.set(values, (row0 + row) * SIZE);
    }
    return whole;
  };
  return {
    activation: byActivation.every((value, at) => value === firstRow[at % size])
      ? gradientVector(firstRow, weight, bits)
      : embedded(byActivation),
    weight: byWeight.every((value, at) => value === firstColumn[Math.floor(at / size)])
      ? gradientVector(firstColumn, activation, bits)
      : embedded(byWeight),
  };
}
