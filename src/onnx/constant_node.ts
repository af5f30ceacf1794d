import { UserError } from '../util/errors.js';
import type { Attribute, Node, Tensor } from './graph.js';

/**
 * Value of a Constant node: value, value_float(s) or value_int(s).
 *
 * @throws UserError on strings, sparse tensors and anything else
 */
export function constantOf(node: Node, where: string): Tensor {
  const [name, value] = [...node.attributes][0] ?? ['', ''];
  const convert = CONVERT.get(name);
  const tensor = node.attributes.size === 1 ? convert?.(value) : undefined;
  if (tensor === undefined) {
    throw new UserError(
      `${where}: a Constant needs one of ${[...CONVERT.keys()].join(', ')}; got ${name || 'nothing'}`,
    );
  }
  return tensor;
}

const floats = (values: readonly number[], shape: readonly number[]): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(values),
});

const ints = (values: readonly number[], shape: readonly number[]): Tensor => ({
  type: 'int64',
  shape,
  data: BigInt64Array.from(values, (value) => BigInt.asIntN(64, BigInt(value))),
});

const CONVERT: ReadonlyMap<string, (value: Attribute) => Tensor | undefined> = new Map([
  ['value', (value: Attribute) => (typeof value === 'object' && 'data' in value ? value : undefined)],
  ['value_float', (value: Attribute) => (typeof value === 'number' ? floats([value], []) : undefined)],
  ['value_floats', (value: Attribute) => (isNumbers(value) ? floats(value, [value.length]) : undefined)],
  ['value_int', (value: Attribute) => (Number.isInteger(value) ? ints([value as number], []) : undefined)],
  ['value_ints', (value: Attribute) => (isIntegers(value) ? ints(value, [value.length]) : undefined)],
]);

function isNumbers(value: Attribute): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function isIntegers(value: Attribute): value is readonly number[] {
  return isNumbers(value) && value.every((item) => Number.isInteger(item));
}
