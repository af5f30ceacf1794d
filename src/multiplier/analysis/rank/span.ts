import { type Matrix, rowOf } from '../matrix.js';
import { ChineseRemainder } from './chinese_remainder.js';
import { type IntegerCombination, integerCombination } from './integer_combination.js';

/** The largest integer below which float64 is exact. */
const EXACT = 2 ** 53;
/** Room for the rounding of numbers that float64 does not hold exactly. */
const SLACK = 1 + 2 ** -20;

/**
 * Proves of vectors, one after the other, that they are rational combinations of others. What is known modulo some
 * primes becomes a proof over the integers: with integers d ≠ 0 and n[k] such that every entry of
 * e = d·v − Σ n[k]·b[k] is divisible by M, the product of the primes, e is 0 where a bound of its entries is below
 * M. Where it is not, but below 2^53, e is computed.
 */
export class SpanProof {
  readonly #vectors: Matrix;
  readonly #basis: readonly number[];
  readonly #dependent: readonly number[];
  /** Largest |entry| of each vector. */
  readonly #largest: Float64Array;
  #proven = 0;

  /**
   * @param vectors the rows of a matrix
   * @param basis of the combinations; all other rows are to be proven
   */
  constructor(vectors: Matrix, basis: readonly number[]) {
    this.#vectors = vectors;
    this.#basis = basis;
    const inBasis = new Set(basis);
    this.#dependent = Array.from({ length: vectors.rows }, (_, row) => row).filter(
      (row) => !inBasis.has(row),
    );
    this.#largest = Float64Array.from({ length: vectors.rows }, (_, row) =>
      rowOf(vectors, row).reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    );
  }

  /**
   * Goes on with the next vectors as far as the primes suffice.
   * @param combinations of a vector: its coefficients modulo each of the primes
   * @returns whether all vectors are proven
   */
  advance(primes: readonly number[], combinations: (vector: number) => readonly Float64Array[]): boolean {
    const remainder = new ChineseRemainder(primes);
    for (; this.#proven < this.#dependent.length; this.#proven++) {
      const vector = this.#dependent[this.#proven]!;
      const combination = integerCombination(combinations(vector), remainder);
      if (combination === undefined || !this.#holds(vector, combination, Number(remainder.modulus)))
        return false;
    }
    return true;
  }

  #holds(vector: number, combination: IntegerCombination, modulus: number): boolean {
    const { denominator, numerators } = combination;
    const bound = numerators.reduce(
      (sum, numerator, k) => sum + Math.abs(numerator) * this.#largest[this.#basis[k]!]!,
      denominator * this.#largest[vector]!,
    );
    if (bound * SLACK < modulus) return true;
    return bound * SLACK < EXACT && this.#isZero(vector, combination);
  }

  #isZero(vector: number, { denominator, numerators }: IntegerCombination): boolean {
    const rest = rowOf(this.#vectors, vector).map((x) => denominator * x);
    numerators.forEach((numerator, k) => {
      if (numerator === 0) return;
      const row = rowOf(this.#vectors, this.#basis[k]!);
      for (let i = 0; i < rest.length; i++) rest[i]! -= numerator * row[i]!;
    });
    return rest.every((x) => x === 0);
  }
}
