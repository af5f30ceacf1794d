/**
 * Operand truncation, on unsigned operands: the `dropped` lowest bits of both operands are taken as 0 and the rest
 * is multiplied exactly. The plainest way to a smaller multiplier, and a baseline in H. Jiang et al., "Approximate
 * Arithmetic Circuits: A Survey, Characterization, and Recent Applications", Proc. IEEE 108(12), 2020.
 */
export function truncated(dropped: number): (a: number, w: number) => number {
  const cut = (n: number): number => (n >> dropped) << dropped;
  return (a, w) => cut(a) * cut(w);
}
