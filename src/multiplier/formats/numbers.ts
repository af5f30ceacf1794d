import { UserError } from '../../util/errors.js';

/** Which numbers a table holds: products (int32) or derivatives (float32). */
export interface NumberKind<Values extends Int32Array | Float32Array> {
  /** For messages: "expected an integer". */
  readonly expected: string;
  readonly reals: boolean;
  /** What a value that is no such number is, for messages; undefined where it is one. */
  objection(value: number): string | undefined;
  array(values: ArrayLike<number>): Values;
}

/** Products: integers of 32 bits. */
export const PRODUCTS: NumberKind<Int32Array> = {
  expected: 'an integer',
  reals: false,
  objection(value) {
    if (value < -0x80000000 || value > 0x7fffffff) {
      return 'is no 32-bit integer; products must lie in -2147483648…2147483647';
    }
    return Number.isInteger(value) ? undefined : 'is no integer; products are whole numbers';
  },
  array: (values) => Int32Array.from(values),
};

/** Derivatives: finite float32. */
export const DERIVATIVES: NumberKind<Float32Array> = {
  expected: 'a number',
  reals: true,
  objection(value) {
    if (Number.isNaN(value)) return 'is no number';
    return Number.isFinite(Math.fround(value)) ? undefined : 'is too large for float32';
  },
  array: (values) => Float32Array.from(values),
};

/**
 * Numbers of a binary or C file as a table's values.
 * @param where names entry i in messages
 * @throws UserError for the first value that is none of this kind
 */
export function checkedValues<Values extends Int32Array | Float32Array>(
  values: ArrayLike<number>,
  kind: NumberKind<Values>,
  where: (index: number) => string,
): Values {
  for (let i = 0; i < values.length; i++) {
    const objection = kind.objection(values[i]!);
    if (objection !== undefined) throw new UserError(`${where(i)}: ${values[i]} ${objection}`);
  }
  return kind.array(values);
}
