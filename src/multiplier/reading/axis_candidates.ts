import { UserError } from '../../util/errors.js';
import type { OperandType } from '../multiplier.js';
import { type AxisOrder, axisOrders, type IndexOrder, labelledOrder } from './axis_order.js';
import type { StatingFlags } from './stating_flags.js';

/**
 * Orders that one axis may have, given its labels and what is stated.
 * @param axis for messages: 'index column'
 * @throws UserError where labels name no operands, or others than stated
 */
export function axisCandidates(
  labels: Int32Array | undefined,
  bits: number,
  { type, order }: { readonly type?: OperandType; readonly order?: IndexOrder },
  file: string,
  axis: string,
  flags: StatingFlags,
): readonly AxisOrder[] {
  const fitting = axisOrders(bits).filter(
    (candidate) =>
      (type === undefined || candidate.type === type) &&
      // Unsigned operands have one order.
      (order === undefined || candidate.order === order || candidate.type === 'uint8'),
  );
  if (labels === undefined) return fitting;
  const labelled = labelledOrder(labels);
  const [signed, , unsigned] = axisOrders(bits);
  if (labelled === undefined) {
    throw new UserError(
      `${file}: the ${axis} does not name every operand once, expected ${signed!.name} or ${unsigned!.name}; remove it or mend it`,
    );
  }
  if (type === undefined || labelled.type === type) return [labelled];
  // Labels 0…255 may be mere positions (as pandas writes them), all others are operand values.
  if (labelled.name === unsigned!.name) return fitting;
  throw new UserError(
    `${file}: the ${axis} (${labelled.name}) says ${labelled.type}, ${flags.type} says ${type}; change one`,
  );
}

/** Whether it is labels that settle the order of an axis. */
export function areLabelled(labels: Int32Array | undefined, [order, other]: readonly AxisOrder[]): boolean {
  return (
    labels !== undefined && other === undefined && labels.every((label, i) => label === order!.operands[i])
  );
}
