import { firstOperand, type Multiplier } from '../multiplier.js';
import { errorTable } from './error_table.js';
import { type OperandMixture, pairWeights } from './operand_mixture.js';

/**
 * Error metrics of an approximate multiplier as the literature defines them; error = approximate − exact product.
 * Names in brackets are those of
 * - [L] Liang, Han, Lombardi, "New Metrics for the Reliability of Approximate and Probabilistic Adders", IEEE
 *   Transactions on Computers 62(9), 2013;
 * - [J] Jiang, Liu, Maheshwari, Lombardi, Han, "A Comparative Evaluation of Approximate Multipliers", NANOARCH 2016;
 * - [M] Mrazek, Hrbacek, Vasicek, Sekanina, "EvoApprox8b", DATE 2017, and the library of that name.
 *
 * Operands are uniform there; means over other distributions of operands follow Vasicek, Mrazek, Sekanina,
 * "Automated Circuit Approximation Method Driven by Data Distribution", DATE 2019 (WMED).
 */
export interface ErrorMetrics {
  /** Probability of a wrong product, 0…1 (EP [M], error rate ER [J]). */
  readonly errorRate: number;
  /** Mean absolute error (MAE [M], mean error distance MED [L]). */
  readonly mae: number;
  /** MAE over the largest exact |product| of all operands, whatever their distribution (NMED [J]). */
  readonly nmed: number;
  /**
   * Mean relative error: mean of |error| / |exact| over the pairs whose exact product is not 0 (MRED [J], MRE [M]);
   * their probabilities are divided by their sum. NaN where such pairs do not occur.
   */
  readonly mred: number;
  /** Largest |error| of all pairs that occur (WCE [M]). */
  readonly wce: number;
  /** Largest |error| / |exact| of the pairs of `mred` (WCRE [M]). */
  readonly wcre: number;
  /** Mean squared error (MSE [M]). */
  readonly mse: number;
  readonly rmse: number;
  /** Mean error: the first moment, of either sign. */
  readonly bias: number;
  /** Variance of the error, mse − bias². */
  readonly variance: number;
  /** Smallest and largest error of all pairs that occur. */
  readonly minError: number;
  readonly maxError: number;
}

/**
 * Error metrics of a multiplier against the exact product of its operands.
 *
 * Sums of errors over uniform operands are exact integers; so are those of squares while they stay below 2^53, as
 * they do for errors up to 2^18. Everything else is float64.
 * @param weights how often operands occur; every pair equally often where it is left out
 * @throws RangeError where the weights are none for operands of this width
 */
export function errorMetrics(multiplier: Multiplier, weights?: OperandMixture): ErrorMetrics {
  const { bits, table } = multiplier;
  const errors = errorTable(multiplier);
  const pairs = weights && pairWeights(weights, bits);
  let total = 0;
  let nonzero = 0;
  let wrong = 0;
  let sum = 0;
  let absolute = 0;
  let squared = 0;
  let relative = 0;
  let worstRelative = 0;
  let largestExact = 0;
  let minError = Number.POSITIVE_INFINITY;
  let maxError = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < errors.length; at++) {
    const error = errors[at]!;
    const exact = Math.abs(table[at]! - error);
    largestExact = Math.max(largestExact, exact);
    const p = pairs === undefined ? 1 : pairs[at]!;
    if (p === 0) continue;
    const distance = Math.abs(error);
    total += p;
    if (error !== 0) wrong += p;
    sum += p * error;
    absolute += p * distance;
    squared += p * (error * error);
    if (exact !== 0) {
      nonzero += p;
      relative += p * (distance / exact);
      worstRelative = Math.max(worstRelative, distance / exact);
    }
    minError = Math.min(minError, error);
    maxError = Math.max(maxError, error);
  }
  const bias = sum / total;
  const mse = squared / total;
  return {
    errorRate: wrong / total,
    mae: absolute / total,
    nmed: absolute / total / largestExact,
    mred: relative / nonzero,
    wce: Math.max(-minError, maxError),
    wcre: worstRelative,
    mse,
    rmse: Math.sqrt(mse),
    bias,
    variance: varianceOf(errors, pairs, total, bias),
    minError,
    maxError,
  };
}

/** Taken about the integer nearest to the mean: about 0, a large bias would leave nothing of a small variance. */
function varianceOf(
  errors: Float64Array,
  pairs: Float64Array | undefined,
  total: number,
  bias: number,
): number {
  const centre = Math.round(bias);
  let squared = 0;
  for (let at = 0; at < errors.length; at++) {
    const deviation = errors[at]! - centre;
    squared += (pairs === undefined ? 1 : pairs[at]!) * (deviation * deviation);
  }
  return Math.max(0, squared / total - (bias - centre) ** 2);
}

/** A pair of operands and the error of its product. */
export interface PairError {
  readonly activation: number;
  readonly weight: number;
  readonly error: number;
}

/**
 * The pair of the largest |error| among those that occur: the first in ascending order of the activation, then of
 * the weight. Its error is 0 where no product is wrong.
 * @param weights as for `errorMetrics`
 * @throws RangeError as `errorMetrics`
 */
export function worstError(multiplier: Multiplier, weights?: OperandMixture): PairError {
  const { activation, weight, bits } = multiplier;
  const errors = errorTable(multiplier);
  const pairs = weights && pairWeights(weights, bits);
  let worst = -1;
  for (let at = 0; at < errors.length; at++) {
    if (pairs?.[at] === 0) continue;
    if (worst < 0 || Math.abs(errors[at]!) > Math.abs(errors[worst]!)) worst = at;
  }
  const size = 2 ** bits;
  return {
    activation: firstOperand(activation, bits) + Math.floor(worst / size),
    weight: firstOperand(weight, bits) + (worst % size),
    error: errors[worst]!,
  };
}
