import type { Family } from './family.js';

/**
 * Truncation of the result: the n lowest of the 2b bits of the exact product are 0, T(a, w) = ⌊a·w/2^n⌋·2^n. In two's
 * complement this rounds towards −∞. With n = b it is the standard b × b multiplier whose result is cut to b bits.
 *
 * The multiplier that fixed-width designs are measured against: S. S. Kidambi, F. El-Guibaly, A. Antoniou,
 * "Area-Efficient Multipliers for Digital Signal Processing Applications", IEEE Transactions on Circuits and Systems
 * II 43(2), 1996.
 */
export const truncatedResult: Family = {
  name: 'truncated-result',
  about: 'the exact product with its lowest bits set to 0',
  source: 'the fixed-width baseline in Kidambi, El-Guibaly and Antoniou, IEEE TCAS-II 43(2), 1996',
  parameters: [
    {
      name: 'dropped-bits',
      symbol: 'n',
      about: 'lowest bits of the product that are 0',
      kind: 'integer',
      least: 0,
      most: (bits) => 2 * bits - 1,
    },
  ],
  operands: 'any',
  product:
    ({ 'dropped-bits': dropped }) =>
    (a, w) =>
      ((a * w) >> dropped) << dropped,
};
