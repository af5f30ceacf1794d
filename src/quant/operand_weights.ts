import {
  type ErrorMetrics,
  errorMetrics,
  type PairError,
  worstError,
} from '../multiplier/analysis/metrics.js';
import type { OperandMixture } from '../multiplier/analysis/operand_mixture.js';
import { firstOperand, type Multiplier } from '../multiplier/multiplier.js';
import { operandPair } from '../multiplier/operand_pair.js';
import { UserError } from '../util/errors.js';
import type { CodeKind, OperandHistograms } from './operand_histograms.js';

/** Errors of a multiplier in the multiplications of a network. */
export interface WeightedMetrics {
  readonly metrics: ErrorMetrics;
  readonly worst: PairError;
}

/**
 * Error metrics of a multiplier over the operands that a network's multiplications see.
 * @param file of the histograms, for messages
 * @throws UserError as `operandMixture`
 */
export function weightedMetrics(
  multiplier: Multiplier,
  histograms: OperandHistograms,
  file: string,
): WeightedMetrics {
  const weights = operandMixture(multiplier, histograms, file);
  return { metrics: errorMetrics(multiplier, weights), worst: worstError(multiplier, weights) };
}

/**
 * Histograms as a distribution over the operands of a multiplier: each layer with the share of its MACs, and in a
 * layer activations and weights independent of each other.
 * @param file of the histograms, for messages
 * @throws UserError where the multiplier has other operand types, or is too narrow for a code that occurs
 */
export function operandMixture(
  multiplier: Multiplier,
  histograms: OperandHistograms,
  file: string,
): OperandMixture {
  const { activation, weight } = histograms;
  const counted = operandPair(activation.type, weight.type);
  const multiplied = operandPair(multiplier.activation, multiplier.weight);
  if (counted !== multiplied) {
    throw new UserError(
      `${file}: counts ${counted} operands, but ${multiplier.name} multiplies ${multiplied}; write it again with approxtorch inspect … --types ${multiplied}`,
    );
  }
  const macs = histograms.layers.reduce((sum, layer) => sum + layer.macs, 0);
  return histograms.layers.map((layer) => {
    const distribution = (axis: 'activation' | 'weight') => {
      const placed = placedCounts(layer[axis], histograms[axis], multiplier.bits);
      if (placed === undefined) {
        throw new UserError(
          `${file}: ${layer.name} has ${axis} codes of ${histograms[axis].bits} bits, but ${multiplier.name} takes ${multiplier.bits}-bit operands; write it again with approxtorch inspect … --${axis}-bits ${multiplier.bits}`,
        );
      }
      const total = placed.reduce((sum, count) => sum + count, 0);
      return placed.map((count) => count / total);
    };
    return {
      share: layer.macs / macs,
      activation: distribution('activation'),
      weight: distribution('weight'),
    };
  });
}

/** Counts by the operands of a table of `bits`; undefined where a code that occurs is none of them. */
function placedCounts(counts: Float64Array, kind: CodeKind, bits: number): Float64Array | undefined {
  const placed = new Float64Array(2 ** bits);
  const shift = firstOperand(kind.type, kind.bits) - firstOperand(kind.type, bits);
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    if (placed[index + shift] === undefined) return undefined;
    placed[index + shift] = count;
  }
  return placed;
}
