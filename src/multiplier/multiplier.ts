/** Type of a multiplier's operand, hence of the codes that address one axis of its table. */
export type OperandType = 'int8' | 'uint8';

/**
 * A multiplier tabulated in full: `product = table[row * 2^bits + column]`, row = activation operand,
 * column = weight operand, each axis in ascending order of the operand's value (numerics.md §1).
 */
export interface Multiplier {
  /** For people only; the identity is `sha256`. */
  readonly name: string;
  readonly activation: OperandType;
  readonly weight: OperandType;
  /** Operand width b, 2..8; the table has 2^b × 2^b entries. */
  readonly bits: number;
  readonly table: Int32Array;
  /** SHA-256 (hex) of the operand types and the table as int32 little-endian. */
  readonly sha256: string;
}

/** Value of the operand at index 0 of an axis: −2^(bits−1) for int8, 0 for uint8. */
export function firstOperand(type: OperandType, bits: number): number {
  return type === 'int8' ? -(2 ** (bits - 1)) : 0;
}
