/**
 * DRUM with k-bit segments, on unsigned operands: of each operand only the k bits from its leading one down are
 * kept, the lowest of them set to 1 (which makes the error unbiased); the segments are multiplied exactly.
 * S. Hashemi, R. I. Bahar, S. Reda, "DRUM: A Dynamic Range Unbiased Multiplier for Approximate Applications",
 * ICCAD 2015.
 */
export function drum(k: number): (a: number, w: number) => number {
  const segment = (n: number): number => {
    const dropped = 32 - Math.clz32(n) - k;
    return dropped > 0 ? ((n >> dropped) | 1) << dropped : n;
  };
  return (a, w) => segment(a) * segment(w);
}
