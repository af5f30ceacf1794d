/** Primes stay below this, so that sums of 256 products of two residues are exact in float64; see `eliminate`. */
const PRIME_LIMIT = 2 ** 23;

/** The primes below 2^23, largest first. */
export function* primes(): Generator<number, never> {
  for (let candidate = PRIME_LIMIT - 1; ; candidate -= 2) if (isPrime(candidate)) yield candidate;
}

/** @param odd an odd integer */
function isPrime(odd: number): boolean {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) if (odd % divisor === 0) return false;
  return true;
}

/**
 * The integer congruent to x that is nearest to 0: exact for |x| ≤ 2^53 − p, in −p/2 − 1 … p/2 + 1, and 0 only for
 * multiples of p.
 */
export function residue(x: number, prime: number): number {
  return x - prime * Math.round(x / prime);
}

/** The residue y with x·y ≡ 1, for x that is no multiple of the prime. */
export function inverse(x: number, prime: number): number {
  let [r0, r1, t0, t1] = [prime, residue(x, prime), 0, 1];
  while (r1 !== 0) {
    const quotient = Math.trunc(r0 / r1);
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return residue(r0 * t0, prime);
}
