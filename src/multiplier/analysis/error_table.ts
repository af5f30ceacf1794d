import { firstOperand, type Multiplier } from '../multiplier.js';

/** Errors T(a, w) − a·w of all products: exact integers, float64 [2^bits, 2^bits] in the order of the table. */
export function errorTable({ activation, weight, bits, table }: Multiplier): Float64Array {
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const errors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) errors[i * size + j] = table[i * size + j]! - (i + a0) * (j + w0);
  }
  return errors;
}
