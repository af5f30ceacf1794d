/**
 * Mitchell's logarithmic multiplier, on unsigned operands: with n = 2^k·(1 + x), log2 n ≈ k + x; the logarithms
 * are added and the antilogarithm is approximated likewise. Never above the exact product, by 11.1 % at most below.
 * J. N. Mitchell, "Computer Multiplication and Division Using Binary Logarithms", IRE Trans. EC-11, 1962.
 */
export function mitchell(a: number, w: number): number {
  if (a === 0 || w === 0) return 0;
  const powerA = 2 ** (31 - Math.clz32(a));
  const powerW = 2 ** (31 - Math.clz32(w));
  // 2^(ka+kw)·(xa + xw), an integer
  const fractions = (a - powerA) * powerW + (w - powerW) * powerA;
  const power = powerA * powerW;
  return fractions < power ? power + fractions : 2 * fractions;
}
