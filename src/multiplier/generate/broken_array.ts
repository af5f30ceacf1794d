import { arrayCells, signConstant, sumOfCells, verticalBreak } from './array_cells.js';
import type { Family } from './family.js';

/**
 * Broken-array multiplier: the array multiplier without the cells of its h lowest rows (horizontal break) and of its v
 * lowest columns (vertical break). With row i for bit i of the weight and column i + j for the product of bit i of the
 * weight and bit j of the activation, the cells with i ≥ h and i + j ≥ v are left. Never above the exact product.
 *
 * For operands in two's complement it is the Baugh-Wooley array (see `arrayCells`) without the same cells, complemented
 * ones included: a cell that is left out adds 0. The constants stay, also those of complemented cells that are left
 * out, so that products of 0 are then below 0. None of these is left out up to v = b − 1 with h = 0; the signed array
 * of the paper keeps the cells of sign bits at any break.
 *
 * H. R. Mahdiani, A. Ahmadi, S. M. Fakhraie, C. Lucas, "Bio-Inspired Imprecise Computational Blocks for Efficient VLSI
 * Implementation of Soft-Computing Applications", IEEE Transactions on Circuits and Systems I 57(4), 2010.
 */
export const brokenArray: Family = {
  name: 'broken-array',
  about: 'array multiplier without the cells of its lowest rows and columns',
  source: 'Mahdiani, Ahmadi, Fakhraie and Lucas, IEEE TCAS-I 57(4), 2010',
  parameters: [
    {
      name: 'horizontal-break',
      symbol: 'h',
      about: 'lowest rows (bits of the weight) that are left out',
      kind: 'integer',
      least: 0,
      most: (bits) => bits - 1,
      default: 0,
    },
    verticalBreak,
  ],
  operands: 'any',
  product: ({ 'horizontal-break': horizontal, 'vertical-break': vertical }, bits, types) => {
    const cells = arrayCells(bits, types);
    const left = cells.filter(({ i, j }) => i >= horizontal && i + j >= vertical);
    return sumOfCells(left, signConstant(cells));
  },
};
