import type { OperandType } from '../multiplier.js';
import type { Grid } from './grid.js';

/** What a source declares an operand to be. */
export interface DesignOperand {
  readonly name: string;
  readonly bits: number;
  /**
   * Undefined where the source does not tell: a Verilog port without `signed` (netlists rarely say it), a signed C type
   * with more bits than the operand (which holds the values of either kind).
   */
  readonly signed: boolean | undefined;
}

/** What a source declares the result to be. */
export interface DesignOutput {
  /** The output port; functions have none. */
  readonly name?: string;
  /** Width of the port or of the returned type. */
  readonly bits: number;
  readonly signed: boolean;
}

/** What a design computes for all operands. */
export interface DesignResult {
  readonly language: 'c' | 'verilog';
  /** Name and version of the compiler or simulator, as it states them. */
  readonly tool: string;
  /** The function or module. */
  readonly top: string;
  readonly operands: readonly [activation: DesignOperand, weight: DesignOperand];
  readonly result: DesignOutput;
  /** Whether the weight is declared before the activation. */
  readonly swapped: boolean;
  /** What the user should know about how the source was understood; one line each. */
  readonly notes: readonly string[];
  /**
   * Results over `grid`, row = activation: of a signed C type its values; of an unsigned one and of an output port the
   * bits, read as an unsigned number (beyond 2^63 − 1 modulo 2^64).
   */
  readonly values: BigInt64Array;
  readonly grid: Grid;
  /**
   * The table in canonical layout (see `Multiplier.table`) for operands of these types. The sign of the products:
   *
   * - Either operand int8, result unsigned or a port without `signed`: two's complement of 2b bits where all products
   *   of the table fit in 2b bits, else of all bits of the result.
   * - Both uint8, result signed and not wider than 2b bits: unsigned, as products that wrapped around.
   * - Otherwise as declared.
   *
   * @throws UserError that names the operands where a product is no int32
   */
  table(activation: OperandType, weight: OperandType): Int32Array;
}
