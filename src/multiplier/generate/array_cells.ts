import { isSignBit, type OperandTypes, type Parameter, type Product } from './family.js';

/**
 * A cell of the array multiplier: the product of bit `i` of the weight, which selects the row, and bit `j` of the
 * activation. It stands in column i + j and counts 2^(i + j).
 */
export interface Cell {
  readonly i: number;
  readonly j: number;
  /** The cell adds ¬(w_i·a_j), not w_i·a_j. */
  readonly complemented: boolean;
}

/**
 * The cells of the array multiplier for operands of `bits` bits. For operands in two's complement it is the array of
 * Baugh and Wooley: the products of which one bit, and only one, is a sign bit count −2^(i + j); since
 * −x·2^p = ¬x·2^p − 2^p they are complemented, and a constant (see `signConstant`) makes up for it.
 *
 * C. R. Baugh, B. A. Wooley, "A Two's Complement Parallel Array Multiplication Algorithm", IEEE Transactions on
 * Computers C-22(12), 1973, in the form of M. Hatamian, G. L. Cash, "A 70-MHz 8-bit × 8-bit Parallel Pipelined
 * Multiplier in 2.5-µm CMOS", IEEE Journal of Solid-State Circuits 21(4), 1986, which complements bit products.
 */
export function arrayCells(bits: number, { activation, weight }: OperandTypes): Cell[] {
  const indices = Array.from({ length: bits }, (_, index) => index);
  return indices.flatMap((i) =>
    indices.map((j) => ({
      i,
      j,
      complemented: isSignBit(weight, bits, i) !== isSignBit(activation, bits, j),
    })),
  );
}

/** The constant of the array: −2^(i + j) for every complemented cell. 0 where both operands are unsigned. */
export function signConstant(cells: readonly Cell[]): number {
  return -cells.reduce((sum, { i, j, complemented }) => sum + (complemented ? 2 ** (i + j) : 0), 0);
}

/** The sum of a constant and of the given cells. */
export function sumOfCells(cells: readonly Cell[], constant: number): Product {
  return (a, w) => {
    let sum = constant;
    for (const { i, j, complemented } of cells) {
      const product = (w >> i) & (a >> j) & 1;
      sum += (complemented ? 1 - product : product) << (i + j);
    }
    return sum;
  };
}

/** How many of the array's lowest columns, those with i + j below it, a family leaves out. */
export const verticalBreak: Parameter = {
  name: 'vertical-break',
  symbol: 'v',
  about: 'lowest columns that are left out',
  kind: 'integer',
  least: 0,
  most: (bits) => 2 * bits - 2,
};
