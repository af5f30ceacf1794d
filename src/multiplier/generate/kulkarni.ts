import type { Family } from './family.js';

/**
 * Underdesigned multiplier, on unsigned operands: built from a 2 × 2 block that is exact except for 3·3 = 7, which
 * spares it the fourth output bit. A multiplier of 2n bits adds four of n bits exactly; since the adders are exact this
 * is the sum, over all pairs of 2-bit digits, of their blocks: T(a, w) = Σ block(a_i, w_j)·4^(i+j). Operands of an odd
 * width are padded with a 0. Never above the exact product, by 2/9 of it at most below.
 *
 * P. Kulkarni, P. Gupta, M. Ercegovac, "Trading Accuracy for Power with an Underdesigned Multiplier Architecture", 24th
 * International Conference on VLSI Design, 2011.
 */
export const kulkarni: Family = {
  name: 'kulkarni',
  about: 'blocks of 2 × 2 bits that multiply 3 by 3 to 7, added exactly',
  source: 'Kulkarni, Gupta and Ercegovac, VLSI Design 2011',
  parameters: [],
  operands: 'unsigned',
  product: (_, bits) => (a, w) => {
    let sum = 0;
    for (let i = 0; i < bits; i += 2) {
      for (let j = 0; j < bits; j += 2) {
        const digitA = (a >> i) & 3;
        const digitW = (w >> j) & 3;
        sum += (digitA === 3 && digitW === 3 ? 7 : digitA * digitW) * 2 ** (i + j);
      }
    }
    return sum;
  },
};
