import type { OperandType } from './multiplier.js';

/**
 * Operand types of both axes of a table, as `--lut-type` names them: one name where they agree, else
 * activation × weight.
 */
export type OperandPair = 'int8' | 'uint8' | 'int8xuint8' | 'uint8xint8';

export const OPERAND_PAIRS: readonly OperandPair[] = ['int8', 'uint8', 'int8xuint8', 'uint8xint8'];

/** The name of a pair of operand types. */
export function operandPair(activation: OperandType, weight: OperandType): OperandPair {
  return activation === weight ? activation : (`${activation}x${weight}` as OperandPair);
}

/** The two operand types that a pair names. */
export function operandTypes(pair: OperandPair): {
  readonly activation: OperandType;
  readonly weight: OperandType;
} {
  const [activation, weight] = pair.split('x') as [OperandType, OperandType?];
  return { activation, weight: weight ?? activation };
}
