import type { Family } from './family.js';

/**
 * Operand truncation: the d lowest bits of both operands are taken as 0 and the rest is multiplied exactly,
 * T(a, w) = ⌊a/2^d⌋·⌊w/2^d⌋·2^(2d). In two's complement this rounds towards −∞.
 *
 * The truncated multipliers of H. Jiang, F. J. H. Santiago, H. Mo, L. Liu, J. Han, "Approximate Arithmetic Circuits: A
 * Survey, Characterization, and Recent Applications", Proceedings of the IEEE 108(12), 2020, section IV.
 */
export const truncated: Family = {
  name: 'truncated',
  about: 'both operands without their lowest bits, multiplied exactly',
  source: 'a baseline in Jiang et al., Proc. IEEE 108(12), 2020',
  parameters: [
    {
      name: 'dropped-bits',
      symbol: 'd',
      about: 'lowest bits of both operands that are taken as 0',
      kind: 'integer',
      least: 0,
      most: (bits) => bits - 1,
    },
  ],
  operands: 'any',
  product: ({ 'dropped-bits': dropped }) => {
    const cut = (n: number): number => (n >> dropped) << dropped;
    return (a, w) => cut(a) * cut(w);
  },
};
