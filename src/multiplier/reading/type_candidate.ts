import type { Multiplier } from '../multiplier.js';
import type { OperandPair } from '../operand_pair.js';
import { axisOrders } from './axis_order.js';
import { correlate } from './correlation.js';

/** A table for one pair of operand types, and how well it then follows the exact product. */
export interface Candidate {
  readonly pair: OperandPair;
  readonly multiplier: Multiplier;
  /** See `correlate`. */
  readonly correlation: number;
}

/** The table that a circuit has for a pair of operand types. */
export function typeCandidate(pair: OperandPair, multiplier: Multiplier): Candidate {
  const { activation, weight, bits, table } = multiplier;
  const ascending = (type: string) =>
    axisOrders(bits).filter((axis) => axis.type === type && axis.order === 'ascending');
  const [reading] = correlate(
    { format: 'i32', bits, values: table },
    ascending(activation),
    ascending(weight),
  );
  return { pair, multiplier, correlation: reading!.correlation };
}
