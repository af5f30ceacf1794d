import type { Family } from './family.js';

/**
 * DRUM, on unsigned operands: of each operand only the k bits from its leading one down are kept, the lowest of them
 * set to 1 (which makes the error nearly unbiased); the segments are multiplied exactly and shifted back. Operands of k
 * bits or fewer are kept whole. An operand grows to at most 1 + 2^(1−k) of itself, so that no product is more than
 * (1 + 2^(1−k))² − 1 above the exact one.
 *
 * S. Hashemi, R. I. Bahar, S. Reda, "DRUM: A Dynamic Range Unbiased Multiplier for Approximate Applications", ICCAD
 * 2015. Its signed form is this one on magnitudes.
 */
export const drum: Family = {
  name: 'drum',
  about: 'segments from the leading ones down, multiplied exactly',
  source: 'Hashemi, Bahar and Reda, ICCAD 2015',
  parameters: [
    {
      name: 'k',
      symbol: 'k',
      about: 'bits of a segment',
      kind: 'integer',
      least: 1,
      most: (bits) => bits,
    },
  ],
  operands: 'unsigned',
  product: ({ k }) => {
    const segment = (n: number): number => {
      const dropped = 32 - Math.clz32(n) - k;
      return dropped > 0 ? ((n >> dropped) | 1) << dropped : n;
    };
    return (a, w) => segment(a) * segment(w);
  },
};
