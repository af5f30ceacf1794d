import { createMultiplier } from './create.js';
import type { Multiplier } from './multiplier.js';

/** The multiplier with its operands exchanged: T'(a, w) = T(w, a), operand types too. */
export function transpose({ name, activation, weight, bits, table }: Multiplier): Multiplier {
  const size = 2 ** bits;
  const exchanged = new Int32Array(table.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) exchanged[j * size + i] = table[i * size + j]!;
  }
  return createMultiplier(name, weight, activation, bits, exchanged);
}
