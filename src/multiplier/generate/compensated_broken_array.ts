import { arrayCells, signConstant, sumOfCells, verticalBreak } from './array_cells.js';
import type { Family } from './family.js';

/**
 * Truncated multiplication with correction constant: the array multiplier without the cells of its v lowest columns
 * (`brokenArray` with h = 0), plus a constant for what they would add on average. With uniform operands a cell is 1 with
 * probability 1/4, a complemented one of the Baugh-Wooley array with 3/4; the expected sum of the cells left out is
 * rounded to the nearest multiple of 2^v, as only the columns that are left can hold a constant (a tie does not occur:
 * the sum is an odd multiple of 1/4). The mean error over all operands is therefore at most 2^(v−1) either way.
 *
 * M. J. Schulte, E. E. Swartzlander, "Truncated Multiplication with Correction Constant", VLSI Signal Processing VI,
 * 1993. Their constant also makes up for the rounding of the product to b bits; here all bits are kept, and there is
 * nothing to round.
 */
export const compensatedBrokenArray: Family = {
  name: 'compensated-broken-array',
  about: 'array multiplier without its lowest columns, plus their mean as a constant',
  source: 'Schulte and Swartzlander, VLSI Signal Processing VI, 1993',
  parameters: [verticalBreak],
  operands: 'any',
  product: ({ 'vertical-break': vertical }, bits, types) => {
    const cells = arrayCells(bits, types);
    const left = cells.filter(({ i, j }) => i + j >= vertical);
    let expected = 0;
    for (const { i, j, complemented } of cells) {
      if (i + j < vertical) expected += (complemented ? 3 / 4 : 1 / 4) * 2 ** (i + j);
    }
    const correction = Math.round(expected / 2 ** vertical) * 2 ** vertical;
    return sumOfCells(left, signConstant(cells) + correction);
  },
};
