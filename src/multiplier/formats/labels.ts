import { UserError } from '../../util/errors.js';

/**
 * Operand values that a file states. @param axis for messages: 'index column'
 * @throws UserError where one is no whole number of 32 bits
 */
export function labelValues(labels: Float64Array, file: string, axis: string): Int32Array {
  const wrong = labels.find((label) => (label | 0) !== label);
  if (wrong !== undefined) {
    throw new UserError(`${file}: the ${axis} names ${wrong} as an operand, expected whole numbers`);
  }
  return Int32Array.from(labels);
}
