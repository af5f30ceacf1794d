import type { Family } from './family.js';

/** The nearest power of two, and 0 for 0. Of two that are equally near the larger, except that 3 becomes 2. */
function nearestPower(n: number): number {
  if (n === 0) return 0;
  if (n === 3) return 2;
  const below = 2 ** (31 - Math.clz32(n));
  return n >= 1.5 * below ? 2 * below : below;
}

/**
 * RoBA, on unsigned operands: with ar and wr the operands rounded to powers of two (see `nearestPower`),
 * T(a, w) = ar·w + wr·a − ar·wr, which takes shifts instead of products. What is missing is (a − ar)·(w − wr): nothing
 * where an operand is a power of two, never more than 1/9 of the exact product, above or below it.
 *
 * R. Zendegani, M. Kamal, M. Bahadori, A. Afzali-Kusha, M. Pedram, "RoBA Multiplier: A Rounding-Based Approximate
 * Multiplier for High-Speed yet Energy-Efficient Digital Signal Processing", IEEE Transactions on VLSI Systems 25(2),
 * 2017. U-RoBA is this one, S-RoBA is this one on magnitudes.
 */
export const roba: Family = {
  name: 'roba',
  about: 'operands rounded to powers of two, without the product of the remainders',
  source: 'Zendegani, Kamal, Bahadori, Afzali-Kusha and Pedram, IEEE TVLSI 25(2), 2017',
  parameters: [],
  operands: 'unsigned',
  product: () => (a, w) => {
    const ar = nearestPower(a);
    const wr = nearestPower(w);
    return ar * w + wr * a - ar * wr;
  },
};
