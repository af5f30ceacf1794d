import type { OperandType } from '../../../src/multiplier/multiplier.js';

/** The bits of an integer as text, highest first; in two's complement where it is negative. */
export function bitsOf(value: number, width: number): string {
  return (value < 0 ? value + 2 ** width : value).toString(2).padStart(width, '0');
}

/** The integer that bits stand for. */
export function numberOf(bits: string, type: OperandType): number {
  const value = Number.parseInt(bits, 2);
  return type === 'int8' && bits[0] === '1' ? value - 2 ** bits.length : value;
}

/** The bits of an integer as numbers, lowest first, so that bit i is at index i. */
export function bitArray(value: number, width: number): number[] {
  return [...bitsOf(value, width)].reverse().map(Number);
}
