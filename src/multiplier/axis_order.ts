import { TABLE_SIZE } from './formats/table_file.js';
import type { OperandType } from './multiplier.js';

/** How the positions along one axis of a table file name operands. */
export interface AxisOrder {
  /** For people: the operands in the order of the file. */
  readonly name: string;
  readonly type: OperandType;
  /** Operand value at each position. */
  readonly operands: Int32Array;
}

function order(name: string, type: OperandType, operand: (position: number) => number): AxisOrder {
  return { name, type, operands: Int32Array.from({ length: TABLE_SIZE }, (_, i) => operand(i)) };
}

/** The orders that tables come in. The first of a type is the one the text format documents. */
export const AXIS_ORDERS: readonly AxisOrder[] = [
  order('-128…127', 'int8', (i) => i - 128),
  order('0…127,-128…-1', 'int8', (i) => (i << 24) >> 24),
  order('0…255', 'uint8', (i) => i),
];

/** The order that labels state, or undefined where they do not name every operand of a type exactly once. */
export function labelledOrder(labels: Int32Array): AxisOrder | undefined {
  const known = AXIS_ORDERS.find(({ operands }) => operands.every((operand, i) => operand === labels[i]));
  if (known) return known;
  const sorted = labels.toSorted();
  const type = sorted[0] === 0 ? 'uint8' : 'int8';
  return sorted.every((label, i) => label === sorted[0]! + i) && (sorted[0] === 0 || sorted[0] === -128)
    ? { name: 'as labelled', type, operands: labels }
    : undefined;
}
