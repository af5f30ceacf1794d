/**
 * Broken-array multiplier, on unsigned 8-bit operands: the array multiplier without the cells of its
 * `verticalBreak` lowest columns, so that only the bit products a_i·w_j with i + j ≥ verticalBreak are added.
 * H. R. Mahdiani, A. Ahmadi, S. M. Fakhraie, C. Lucas, "Bio-Inspired Imprecise Computational Blocks for Efficient
 * VLSI Implementation of Soft-Computing Applications", IEEE TCAS-I 57(4), 2010.
 */
export function brokenArray(verticalBreak: number): (a: number, w: number) => number {
  return (a, w) => {
    let sum = 0;
    for (let i = 0; i < 8; i++) {
      // Of w only the bits j ≥ verticalBreak − i.
      const dropped = Math.max(0, verticalBreak - i);
      if ((a >> i) & 1) sum += ((w >> dropped) << dropped) << i;
    }
    return sum;
  };
}
