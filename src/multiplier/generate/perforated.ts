import { UserError } from '../../util/errors.js';
import { type Family, isSignBit } from './family.js';

/**
 * Partial product perforation: the partial products of k successive rows are left out, from row j on, where row i is
 * the activation times bit i of the weight: T(a, w) = a·Σ w_i·2^i over the rows i < j and i ≥ j + k. The top row of a
 * weight in two's complement counts −2^(b−1); it can be left out like any other, though the paper keeps it.
 *
 * G. Zervakis, K. Tsoumanis, S. Xydis, D. Soudris, K. Pekmestzi, "Design-Efficient Approximate Multiplication Circuits
 * Through Partial Product Perforation", IEEE Transactions on VLSI Systems 24(10), 2016.
 */
export const perforated: Family = {
  name: 'perforated',
  about: 'successive partial products left out',
  source: 'Zervakis, Tsoumanis, Xydis, Soudris and Pekmestzi, IEEE TVLSI 24(10), 2016',
  parameters: [
    {
      name: 'first-row',
      symbol: 'j',
      about: 'first row (bit of the weight) that is left out',
      kind: 'integer',
      least: 0,
      most: (bits) => bits - 1,
      default: 0,
    },
    {
      name: 'rows',
      symbol: 'k',
      about: 'number of rows that are left out',
      kind: 'integer',
      least: 1,
      most: (bits) => bits - 1,
    },
  ],
  operands: 'any',
  product: ({ 'first-row': first, rows }, bits, { weight }) => {
    if (first + rows > bits) {
      throw new UserError(
        `--rows: expected at most ${bits - first} with --first-row ${first}, as ${bits}-bit weights have ${bits} rows, got ${rows}`,
      );
    }
    const rowWeights = Array.from({ length: bits }, (_, i) => {
      if (i >= first && i < first + rows) return 0;
      return isSignBit(weight, bits, i) ? -(2 ** i) : 2 ** i;
    });
    return (a, w) => a * rowWeights.reduce((sum, rowWeight, i) => sum + rowWeight * ((w >> i) & 1), 0);
  },
};
