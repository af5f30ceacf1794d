import { firstOperand, type OperandType } from '../multiplier.js';

/** The order in which positions along an axis name operands; 'labelled': as the file's labels say. */
export type IndexOrder = 'ascending' | 'twos-complement' | 'labelled';

/** How the positions along one axis of a table file name operands. */
export interface AxisOrder {
  readonly order: IndexOrder;
  /** For people: the operands in the order of the file. */
  readonly name: string;
  readonly type: OperandType;
  /** Operand value at each position, 2^bits of them. */
  readonly operands: Int32Array;
}

/** The position of each operand in ascending order, along an axis in the stated order. */
export function operandsInOrder(
  type: OperandType,
  bits: number,
  order: Exclude<IndexOrder, 'labelled'>,
): Int32Array {
  const size = 2 ** bits;
  const first = firstOperand(type, bits);
  return Int32Array.from({ length: size }, (_, i) =>
    // In two's complement the positions are the bit patterns: 0, 1, …, then the negative operands.
    order === 'ascending' || first === 0 ? i + first : i < size / 2 ? i : i - size,
  );
}

const ordersOfBits = new Map<number, readonly AxisOrder[]>();

/** The orders that tables of b-bit operands come in; the first of a type is the one the text format documents. */
export function axisOrders(bits: number): readonly AxisOrder[] {
  const known = ordersOfBits.get(bits);
  if (known) return known;
  const half = 2 ** (bits - 1);
  const make = (order: Exclude<IndexOrder, 'labelled'>, type: OperandType, name: string): AxisOrder => ({
    order,
    name,
    type,
    operands: operandsInOrder(type, bits, order),
  });
  const orders = [
    make('ascending', 'int8', `-${half}…${half - 1}`),
    make('twos-complement', 'int8', `0…${half - 1},-${half}…-1`),
    make('ascending', 'uint8', `0…${2 * half - 1}`),
  ];
  ordersOfBits.set(bits, orders);
  return orders;
}

/** The order that labels state, or undefined where they do not name every operand of a type exactly once. */
export function labelledOrder(labels: Int32Array): AxisOrder | undefined {
  const bits = Math.log2(labels.length);
  const known = axisOrders(bits).find(({ operands }) =>
    operands.every((operand, i) => operand === labels[i]),
  );
  if (known) return known;
  const sorted = labels.toSorted();
  const type: OperandType = sorted[0] === 0 ? 'uint8' : 'int8';
  return sorted[0] === firstOperand(type, bits) && sorted.every((label, i) => label === sorted[0]! + i)
    ? { order: 'labelled', name: 'as labelled', type, operands: labels }
    : undefined;
}
