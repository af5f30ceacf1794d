import { distinctRowsUpToSign, type Matrix, rowOf, transpose } from '../matrix.js';
import {
  columnCombination,
  type Elimination,
  eliminate,
  MOST_PIVOTS,
  rowCombination,
} from './elimination.js';
import { primes } from './residues.js';
import { SpanProof } from './span.js';

/** Combinations whose coefficients need more primes than this are hardly found sooner than `minors` is reached. */
const MOST_PRIMES = 16;

/** A rank, and what proves it. */
export interface ExactRank {
  readonly rank: number;
  /** See `exactRank`. */
  readonly proof: 'zero' | 'full' | 'combinations' | 'minors';
  /** Primes modulo which the matrix was decomposed. */
  readonly primes: number;
}

/**
 * The rank of a matrix of integers over the rational numbers.
 *
 * Rows and columns that are 0, or ± another one, do not matter and are left out. Gaussian elimination modulo a prime p
 * gives a rank r of the rest that is never larger than the true one: a minor that is not 0 modulo p is not 0. That it
 * is not smaller either is proven in one of these ways, whichever comes first with more and more primes:
 * - `zero`: nothing is left;
 * - `full`: r is the number of rows or columns;
 * - `minors`: every minor of order r + 1 is divisible by all primes so far, since the rank modulo each was at most r,
 *   and by Hadamard's inequality it is smaller than their product: at most the product of the Euclidean norms of
 *   its rows, hence of the r + 1 longest rows, and likewise for columns. So it is 0;
 * - `combinations`: all columns are rational combinations of the r pivot columns, or all rows of the pivot rows.
 *   Their coefficients modulo the primes give candidates, and `SpanProof` proves them over the integers.
 *
 * Nothing is left to chance: an unlucky prime costs time, not truth. Tables of multipliers mostly need one prime.
 * @param given entries below 2^52 in size
 * @throws RangeError where more than 256 rows and columns are left
 */
export function exactRank(given: Matrix): ExactRank {
  const matrix = transpose(distinctRowsUpToSign(transpose(distinctRowsUpToSign(given))));
  const full = Math.min(matrix.rows, matrix.columns);
  if (full === 0) return { rank: 0, proof: 'zero', primes: 0 };
  if (full > MOST_PIVOTS)
    throw new RangeError(`expected at most ${MOST_PIVOTS} rows or columns, got ${full}`);
  const minors = new MinorBounds(matrix);
  let combinations: CombinationProof | undefined;
  let rank = 0;
  let count = 0;
  let log2Product = 0;
  for (const prime of primes()) {
    const elimination = eliminate(matrix, prime);
    count++;
    log2Product += Math.log2(prime);
    rank = Math.max(rank, elimination.pivotRows.length);
    if (rank === full) return { rank, proof: 'full', primes: count };
    // One bit for the rounding of the logarithms.
    if (log2Product > minors.log2(rank + 1) + 1) return { rank, proof: 'minors', primes: count };
    if (elimination.pivotRows.length < rank) continue;
    if (!combinations?.accepts(elimination)) combinations = new CombinationProof(matrix, elimination);
    if (combinations.add(elimination)) return { rank, proof: 'combinations', primes: count };
  }
  throw new Error('unreachable: there are more primes than any bound needs');
}

/** Hadamard's bound of the minors of a matrix. */
class MinorBounds {
  /** Binary logarithms of the norms, largest first. */
  readonly #rows: Float64Array;
  readonly #columns: Float64Array;

  constructor(matrix: Matrix) {
    this.#rows = logNorms(matrix);
    this.#columns = logNorms(transpose(matrix));
  }

  /** Of the minors of an order. */
  log2(order: number): number {
    const sum = (norms: Float64Array) => norms.subarray(0, order).reduce((total, x) => total + x, 0);
    return Math.min(sum(this.#rows), sum(this.#columns));
  }
}

function logNorms(matrix: Matrix): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, row) =>
    Math.log2(Math.sqrt(rowOf(matrix, row).reduce((sum, x) => sum + x * x, 0))),
  )
    .sort()
    .reverse();
}

/** Gathers eliminations with the same pivots until rows or columns are proven to be combinations of the pivots'. */
class CombinationProof {
  readonly #first: Elimination;
  readonly #rows: SpanProof;
  readonly #columns: SpanProof;
  readonly #eliminations: Elimination[] = [];

  constructor(matrix: Matrix, first: Elimination) {
    this.#first = first;
    this.#rows = new SpanProof(matrix, first.pivotRows);
    this.#columns = new SpanProof(transpose(matrix), first.pivotColumns);
  }

  /** Whether an elimination found the pivots of these. */
  accepts({ pivotRows, pivotColumns }: Elimination): boolean {
    const { pivotRows: rows, pivotColumns: columns } = this.#first;
    return equal(pivotRows, rows) && equal(pivotColumns, columns);
  }

  /** @returns whether the rank is proven */
  add(elimination: Elimination): boolean {
    if (this.#eliminations.length === MOST_PRIMES) return false;
    this.#eliminations.push(elimination);
    const all = this.#eliminations;
    const used = all.map(({ prime }) => prime);
    return (
      this.#columns.advance(used, (column) => all.map((each) => columnCombination(each, column))) ||
      this.#rows.advance(used, (row) => all.map((each) => rowCombination(each, row)))
    );
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
