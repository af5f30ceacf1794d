import { createHash } from 'node:crypto';
import { firstOperand, type Multiplier, type OperandType } from './multiplier.js';

/**
 * Identity of a multiplier: SHA-256 (hex) over the ASCII line `<activation> <weight> <bits>\n`, e.g.
 * `int8 uint8 8`, followed by the table as int32 little-endian, row-major, row = activation, both axes in
 * ascending order of the operand (numerics.md §1). It is the same on every machine and never depends on a file.
 */
export function multiplierHash(
  activation: OperandType,
  weight: OperandType,
  bits: number,
  table: Int32Array,
): string {
  const bytes = new DataView(new ArrayBuffer(table.length * 4));
  for (let i = 0; i < table.length; i++) bytes.setInt32(i * 4, table[i]!, true);
  return createHash('sha256')
    .update(`${activation} ${weight} ${bits}\n`, 'ascii')
    .update(bytes)
    .digest('hex');
}

/**
 * A multiplier from its canonical table (see `Multiplier.table` for the layout). The table is kept, not copied.
 * Throws a RangeError where the size of the table is not 2^bits × 2^bits.
 */
export function createMultiplier(
  name: string,
  activation: OperandType,
  weight: OperandType,
  bits: number,
  table: Int32Array,
): Multiplier {
  if (!Number.isInteger(bits) || bits < 2 || bits > 8)
    throw new RangeError(`operand width ${bits} is not 2..8 bits`);
  if (table.length !== 4 ** bits) {
    throw new RangeError(`a table of ${bits}-bit operands has ${4 ** bits} entries, got ${table.length}`);
  }
  return { name, activation, weight, bits, table, sha256: multiplierHash(activation, weight, bits, table) };
}

/** A multiplier computed from a function of the two operand values; results must be int32. */
export function tabulate(
  name: string,
  activation: OperandType,
  weight: OperandType,
  bits: number,
  product: (a: number, w: number) => number,
): Multiplier {
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const table = new Int32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) table[i * size + j] = product(i + a0, j + w0);
  }
  return createMultiplier(name, activation, weight, bits, table);
}

/** The exact multiplier T(a, w) = a·w. */
export function exactMultiplier(activation: OperandType, weight: OperandType, bits = 8): Multiplier {
  return tabulate('exact', activation, weight, bits, (a, w) => a * w);
}

/** Whether T(a, w) = T(w, a) for all operands; a table whose axes differ in type is not symmetric. */
export function isSymmetric(multiplier: Multiplier): boolean {
  if (multiplier.activation !== multiplier.weight) return false;
  const size = 2 ** multiplier.bits;
  const table = multiplier.table;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) if (table[i * size + j] !== table[j * size + i]) return false;
  }
  return true;
}

/** Whether every product is exact. */
export function isExact(multiplier: Multiplier): boolean {
  const { activation, weight, bits, sha256 } = multiplier;
  return sha256 === exactMultiplier(activation, weight, bits).sha256;
}
