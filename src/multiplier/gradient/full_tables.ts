import { firstOperand, type Multiplier } from '../multiplier.js';
import type { GradientTables } from './gradient_tables.js';

/**
 * Gradient tables as files hold them: [activation][weight], 2^bits × 2^bits, operands ascending; a vector over one
 * operand is repeated along the other.
 */
export function fullGradientTables(
  { activation, weight }: GradientTables,
  { activation: aType, weight: wType, bits }: Multiplier,
): { readonly byActivation: Float32Array; readonly byWeight: Float32Array } {
  const size = 2 ** bits;
  // Index of the engine, which counts 8-bit operands.
  const a0 = firstOperand(aType, bits) - firstOperand(aType, 8);
  const w0 = firstOperand(wType, bits) - firstOperand(wType, 8);
  const byActivation = new Float32Array(size * size);
  const byWeight = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const a = a0 + i;
      const w = w0 + j;
      byActivation[i * size + j] = activation.length === 256 ? activation[w]! : activation[a * 256 + w]!;
      byWeight[i * size + j] = weight.length === 256 ? weight[a]! : weight[a * 256 + w]!;
    }
  }
  return { byActivation, byWeight };
}
