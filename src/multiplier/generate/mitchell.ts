import type { Family } from './family.js';

/**
 * Mitchell's logarithmic multiplier, on unsigned operands: with n = 2^k·(1 + x), log2 n ≈ k + x; the logarithms are
 * added and the antilogarithm is approximated likewise. With ka + xa and kw + xw the logarithms of both operands,
 *
 *     T(a, w) = 2^(ka+kw)·(1 + xa + xw)   where xa + xw < 1
 *               2^(ka+kw+1)·(xa + xw)     else
 *
 * and 0 where an operand is 0. Never above the exact product, by 1/9 of it at most below.
 *
 * J. N. Mitchell, "Computer Multiplication and Division Using Binary Logarithms", IRE Transactions on Electronic
 * Computers EC-11(4), 1962.
 */
export const mitchell: Family = {
  name: 'mitchell',
  about: 'sum of approximate binary logarithms',
  source: 'Mitchell, IRE Trans. Electronic Computers EC-11(4), 1962',
  parameters: [],
  operands: 'unsigned',
  product: () => (a, w) => {
    if (a === 0 || w === 0) return 0;
    const powerA = 2 ** (31 - Math.clz32(a));
    const powerW = 2 ** (31 - Math.clz32(w));
    // 2^(ka+kw)·(xa + xw), an integer
    const fractions = (a - powerA) * powerW + (w - powerW) * powerA;
    const power = powerA * powerW;
    return fractions < power ? power + fractions : 2 * fractions;
  },
};
