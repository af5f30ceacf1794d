import type { OperandTypes, Product } from '../../../src/multiplier/generate/family.js';
import { bitArray } from './bits.js';

/** Ones that a Baugh-Wooley array adds, as columns of their weights: textbook values modulo 2^(2b). */
function constantColumns(bits: number, { activation, weight }: OperandTypes): number[] {
  if (activation !== weight) return [bits - 1, 2 * bits - 1];
  return activation === 'int8' ? [bits, 2 * bits - 1] : [];
}

/**
 * An array multiplier as gates: AND or NAND per cell, ones per column, a carry from column to column, and a result of 2b
 * bits. `kept` says which cells there are: i is the bit of the weight, j that of the activation.
 */
export function gateArray(
  bits: number,
  types: OperandTypes,
  kept: (i: number, j: number) => boolean,
): Product {
  const width = 2 * bits;
  const top = bits - 1;
  const isNand = (i: number, j: number): boolean => {
    const signRow = types.weight === 'int8' && i === top;
    const signColumn = types.activation === 'int8' && j === top;
    return (signRow || signColumn) && !(signRow && signColumn);
  };
  const cells: { i: number; j: number; nand: number }[] = [];
  for (let i = 0; i < bits; i++) {
    for (let j = 0; j < bits; j++) if (kept(i, j)) cells.push({ i, j, nand: isNand(i, j) ? 1 : 0 });
  }
  const ones = new Array<number>(width).fill(0);
  for (const column of constantColumns(bits, types)) ones[column]! += 1;
  const signed = types.activation === 'int8' || types.weight === 'int8';
  const patterns = Array.from({ length: 2 ** bits }, (_, n) => bitArray(n, bits));
  const gatesOf = (n: number): number[] => patterns[n < 0 ? n + 2 ** bits : n]!;
  return (a, w) => {
    const columns = ones.slice();
    const gatesA = gatesOf(a);
    const gatesW = gatesOf(w);
    for (const { i, j, nand } of cells) columns[i + j]! += (gatesW[i]! & gatesA[j]!) ^ nand;
    let carry = 0;
    let result = 0;
    for (let column = 0; column < width; column++) {
      const sum = columns[column]! + carry;
      if (sum % 2 === 1) result += 2 ** column;
      carry = Math.floor(sum / 2);
    }
    return signed && result >= 2 ** (width - 1) ? result - 2 ** width : result;
  };
}
