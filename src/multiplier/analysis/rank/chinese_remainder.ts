import { inverse, residue } from './residues.js';

/** Integers known by their residues modulo several primes: those in −M/2 … M/2, where M is the primes' product. */
export class ChineseRemainder {
  readonly primes: readonly number[];
  readonly modulus: bigint;
  /** Of prime i: the inverse of the product of those before it. */
  readonly #inverses: readonly number[];

  constructor(primes: readonly number[]) {
    this.primes = primes;
    this.modulus = primes.reduce((product, prime) => product * BigInt(prime), 1n);
    this.#inverses = primes.map((prime, i) => {
      const before = primes
        .slice(0, i)
        .reduce((product, other) => residue(product * residue(other, prime), prime), 1);
      return inverse(before, prime);
    });
  }

  /**
   * The integer with these residues, one for each prime: exact below 2^53, else within a relative 2^-40.
   * It is found digit by digit in the mixed radix system of the primes (Garner, "The residue number system", IRE
   * Transactions on Electronic Computers, 1959).
   */
  lift(residues: Float64Array): number {
    const digits = this.#digits(residues);
    return digits.reduceRight((value, digit, i) => value * this.primes[i]! + digit, 0);
  }

  /** The same, exact. */
  liftExact(residues: Float64Array): bigint {
    const digits = this.#digits(residues);
    return digits.reduceRight((value, digit, i) => value * BigInt(this.primes[i]!) + BigInt(digit), 0n);
  }

  /** Balanced digits d with value = d[0] + p[0]·(d[1] + p[1]·(d[2] + …)). */
  #digits(residues: Float64Array): Float64Array {
    const digits = new Float64Array(residues.length);
    for (let i = 0; i < residues.length; i++) {
      const prime = this.primes[i]!;
      let known = 0;
      for (let k = i - 1; k >= 0; k--)
        known = residue(known * residue(this.primes[k]!, prime) + digits[k]!, prime);
      digits[i] = residue(residue(residues[i]! - known, prime) * this.#inverses[i]!, prime);
    }
    return digits;
  }
}
