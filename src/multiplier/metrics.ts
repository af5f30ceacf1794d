import { firstOperand, type Multiplier } from './multiplier.js';

/**
 * Error metrics of an approximate multiplier over all operand pairs, uniformly weighted, as the
 * literature defines them (Liang, Han, Lombardi, "New Metrics for the Reliability of Approximate and
 * Probabilistic Adders", IEEE TC 2013; Mrazek et al., "EvoApprox8b", DATE 2017).
 */
export interface ErrorMetrics {
  /** Fraction of operand pairs with a wrong product (EP, error rate). */
  readonly errorRate: number;
  /** Mean absolute error (MED). */
  readonly mae: number;
  /** MAE over the largest exact |product|. */
  readonly nmed: number;
  /**
   * Mean relative error: mean of |error| / |exact| over the pairs whose exact product is not 0. The figures
   * that EvoApproxLib prints as MRE are these.
   */
  readonly mred: number;
  /** Worst-case absolute error. */
  readonly wce: number;
  /** Worst-case relative error, over the pairs of mred. */
  readonly wcre: number;
  readonly mse: number;
  readonly rmse: number;
  /** Mean signed error (approximate − exact). */
  readonly bias: number;
  readonly variance: number;
  readonly minError: number;
  readonly maxError: number;
}

/** Error metrics of a multiplier against the exact product of its operands. */
export function errorMetrics({ activation, weight, bits, table }: Multiplier): ErrorMetrics {
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  let wrong = 0;
  let nonzero = 0;
  let sum = 0;
  let absolute = 0;
  let squared = 0;
  let relative = 0;
  let worstRelative = 0;
  let largestExact = 0;
  let minError = Number.POSITIVE_INFINITY;
  let maxError = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const exact = (i + a0) * (j + w0);
      const error = table[i * size + j]! - exact;
      const distance = Math.abs(error);
      if (error !== 0) wrong++;
      sum += error;
      absolute += distance;
      squared += error * error;
      if (exact !== 0) {
        nonzero++;
        relative += distance / Math.abs(exact);
        worstRelative = Math.max(worstRelative, distance / Math.abs(exact));
      }
      largestExact = Math.max(largestExact, Math.abs(exact));
      minError = Math.min(minError, error);
      maxError = Math.max(maxError, error);
    }
  }
  const pairs = size * size;
  const bias = sum / pairs;
  const mse = squared / pairs;
  return {
    errorRate: wrong / pairs,
    mae: absolute / pairs,
    nmed: absolute / pairs / largestExact,
    mred: relative / nonzero,
    wce: Math.max(-minError, maxError),
    wcre: worstRelative,
    mse,
    rmse: Math.sqrt(mse),
    bias,
    variance: Math.max(0, mse - bias * bias),
    minError,
    maxError,
  };
}
