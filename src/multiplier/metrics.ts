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
  /** Mean relative error: mean of |error| / max(1, |exact|). */
  readonly mred: number;
  /** Worst-case absolute error. */
  readonly wce: number;
  /** Worst-case relative error, with the denominator of mred. */
  readonly wcre: number;
  readonly mse: number;
  readonly rmse: number;
  /** Mean signed error (approximate − exact). */
  readonly bias: number;
  readonly variance: number;
  readonly minError: number;
  readonly maxError: number;
}
