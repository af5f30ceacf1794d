/** The multiplier table of numerics.md, section 1. Part of the slow reference. */

export type Operand = 'int8' | 'uint8';

export interface Multiplier {
  readonly activation: Operand;
  readonly weight: Operand;
  /** Bits of an operand; the table has 2^bits × 2^bits entries. */
  readonly bits: number;
  /** Row = activation, column = weight, each in ascending order of the operand's value. */
  readonly table: Int32Array;
}

/** Row or column of code 0. */
export function zeroIndex(operand: Operand, bits: number): number {
  return operand === 'int8' ? 2 ** (bits - 1) : 0;
}

/** T(a, w). */
export function lookUp(multiplier: Multiplier, a: number, w: number): number {
  const row = a + zeroIndex(multiplier.activation, multiplier.bits);
  const column = w + zeroIndex(multiplier.weight, multiplier.bits);
  const result = multiplier.table[row * 2 ** multiplier.bits + column];
  if (result === undefined) throw new Error(`T(${a}, ${w}) is outside the table`);
  return result;
}

/** The exact product of the two operand types. */
export function exactMultiplier(activation: Operand, weight: Operand, bits = 8): Multiplier {
  return tabulate(activation, weight, bits, (a, w) => a * w);
}

export function tabulate(
  activation: Operand,
  weight: Operand,
  bits: number,
  product: (a: number, w: number) => number,
): Multiplier {
  const size = 2 ** bits;
  const table = new Int32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      table[row * size + column] = product(
        row - zeroIndex(activation, bits),
        column - zeroIndex(weight, bits),
      );
  return { activation, weight, bits, table };
}

/** A text file of 65536 integers, row = activation, column = weight, in ascending order of the operand's value. */
export function multiplierFromText(text: string, activation: Operand, weight: Operand): Multiplier {
  const table = Int32Array.from(
    text
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(Number),
  );
  if (table.length !== 65536) throw new Error(`${table.length} numbers in the table`);
  return { activation, weight, bits: 8, table };
}

/** A tf-approximate file: 65536 unsigned 16-bit little-endian numbers, T[a·256 + w], unsigned operands. */
export function multiplierFromBin(bytes: Uint8Array): Multiplier {
  if (bytes.length !== 131072) throw new Error(`${bytes.length} bytes in the table`);
  const table = Int32Array.from({ length: 65536 }, (_, i) => bytes[2 * i]! + 256 * bytes[2 * i + 1]!);
  return { activation: 'uint8', weight: 'uint8', bits: 8, table };
}
