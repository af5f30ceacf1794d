/** Operands of one kind of multiplication, say of one layer of a network: activation and weight independent. */
export interface OperandProduct {
  /** Share of these multiplications among all, above 0; shares need not add up to 1. */
  readonly share: number;
  /** Probability of each activation operand, in ascending order: [2^bits]. */
  readonly activation: Float64Array;
  /** Probability of each weight operand, likewise. */
  readonly weight: Float64Array;
}

/** How often pairs of operands are multiplied: p(a, w) = Σ share · activation(a) · weight(w), up to a factor. */
export type OperandMixture = readonly OperandProduct[];

/**
 * The mixture's p(a, w) for every pair, up to a common factor.
 * @returns float64 [2^bits, 2^bits] in the order of a multiplier's table
 * @throws RangeError where a distribution has another length, or no pair has a positive probability
 */
export function pairWeights(mixture: OperandMixture, bits: number): Float64Array {
  const size = 2 ** bits;
  const weights = new Float64Array(size * size);
  for (const { share, activation, weight } of mixture) {
    if (activation.length !== size || weight.length !== size) {
      throw new RangeError(
        `expected distributions over ${size} operands, got ${activation.length} and ${weight.length}`,
      );
    }
    for (let i = 0; i < size; i++) {
      const ofRow = share * activation[i]!;
      if (ofRow === 0) continue;
      for (let j = 0; j < size; j++) weights[i * size + j]! += ofRow * weight[j]!;
    }
  }
  if (!weights.some((p) => p > 0)) throw new RangeError('no pair of operands has a positive probability');
  return weights;
}
