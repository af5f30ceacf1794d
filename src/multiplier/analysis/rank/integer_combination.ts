import type { ChineseRemainder } from './chinese_remainder.js';
import { residue } from './residues.js';

/** Integers with denominator · vector = Σ numerators[k] · basis[k]: exact below 2^53, else within a relative 2^-40. */
export interface IntegerCombination {
  readonly denominator: number;
  readonly numerators: Float64Array;
}

/**
 * Looks for a combination of small integers that has given coefficients modulo M: a common denominator d such that
 * all d · c[k] mod M are small. Denominators of single coefficients come from rational reconstruction (Wang, Guy,
 * Davenport, "P-adic reconstruction of rational numbers", ACM SIGSAM Bulletin 16(2), 1982). Whatever is found is
 * congruent to the given coefficients; that it holds over the integers is for the caller to prove.
 * @param coefficients for each prime the residues of c
 * @returns undefined where numerator or denominator would exceed √(M/2)
 */
export function integerCombination(
  coefficients: readonly Float64Array[],
  remainder: ChineseRemainder,
): IntegerCombination | undefined {
  const { primes, modulus } = remainder;
  const limit = Math.floor(Math.sqrt(Number(modulus) / 2));
  const length = coefficients[0]!.length;
  const scaled = new Float64Array(primes.length);
  let denominator = 1n;
  let factors = primes.map(() => 1);
  const scale = (k: number) => {
    for (let i = 0; i < primes.length; i++)
      scaled[i] = residue(coefficients[i]![k]! * factors[i]!, primes[i]!);
    return scaled;
  };
  for (let k = 0; k < length; k++) {
    if (Math.abs(remainder.lift(scale(k))) <= limit) continue;
    denominator *= denominatorOf(remainder.liftExact(scaled), modulus, BigInt(limit));
    if (denominator > limit) return undefined;
    factors = primes.map((prime) => residue(Number(denominator % BigInt(prime)), prime));
  }
  const numerators = Float64Array.from({ length }, (_, k) => remainder.lift(scale(k)));
  return { denominator: Number(denominator), numerators };
}

/** The smallest known d > 0 for which |d · x mod M| ≤ limit, by Euclid's algorithm on M and x. */
function denominatorOf(x: bigint, modulus: bigint, limit: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, x < 0n ? -x : x, 0n, 1n];
  while (r1 > limit) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return t1 < 0n ? -t1 : t1;
}
