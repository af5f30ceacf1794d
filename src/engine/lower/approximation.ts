import type { OperandType } from '../../multiplier/multiplier.js';
import type { QMethod, Range } from '../../quant/qparams.js';

/** Width of the tables that the engine takes; narrower multipliers are embedded around their zero. */
export const TABLE_BITS = 8;

/** Operand types of the multiplier behind a LUT slot. */
export interface LutSlot {
  readonly activation: OperandType;
  readonly weight: OperandType;
}

/** How approximate layers compute (numerics.md §2 and §3). */
export interface Approximation {
  readonly qmethod: QMethod;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly fullRange: boolean;
  readonly padding: 'lookup' | 'skip';
  readonly slots: readonly LutSlot[];
  /** Range of each approximate layer's input value; needed for mode 'static'. */
  readonly ranges: ReadonlyMap<string, Range>;
}
