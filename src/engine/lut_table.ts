import { firstOperand, type Multiplier } from '../multiplier/multiplier.js';

const SIZE = 256;

/**
 * The multiplier's table as the engine takes it: 256 × 256, index = operand − firstOperand(type, 8). A
 * narrower table lies around its zero; the entries outside of it are never addressed.
 */
export function engineTable(multiplier: Multiplier): Int32Array {
  if (multiplier.bits === 8) return multiplier.table;
  const size = 2 ** multiplier.bits;
  const row0 = firstOperand(multiplier.activation, multiplier.bits) - firstOperand(multiplier.activation, 8);
  const column0 = firstOperand(multiplier.weight, multiplier.bits) - firstOperand(multiplier.weight, 8);
  const table = new Int32Array(SIZE * SIZE);
  for (let row = 0; row < size; row++) {
    const source = multiplier.table.subarray(row * size, (row + 1) * size);
    table.set(source, (row0 + row) * SIZE + column0);
  }
  return table;
}
