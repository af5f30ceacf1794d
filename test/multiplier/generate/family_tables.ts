import assert from 'node:assert/strict';
import type { Family, OperandTypes, Product } from '../../../src/multiplier/generate/family.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';

/** Parameters of a family, by name. */
export type Values = Readonly<Record<string, number>>;

/** A second formulation of a family, which shares no code with it. */
export type Model = (values: Values, bits: number, types: OperandTypes) => Product;

export const WIDTHS = [2, 3, 4, 5, 6, 7, 8];
export const UNSIGNED: OperandTypes = operandTypes('uint8');

/** The integers from 0 to `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

/** Of `last + 1` values from 0 on: all for narrow operands, else both ends and some between. */
export const someUpTo = (last: number, bits: number): number[] =>
  bits <= 4 ? upTo(last) : [...new Set([0, 1, Math.floor(last / 2), last])];

/** Every operand pair of a table, with its entry. */
export function forAllPairs(
  { activation, weight, bits, table }: Multiplier,
  check: (a: number, w: number, product: number) => void,
): void {
  const size = 2 ** bits;
  const a0 = activation === 'int8' ? -size / 2 : 0;
  const w0 = weight === 'int8' ? -size / 2 : 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) check(a0 + i, w0 + j, table[i * size + j]!);
}

function assertEqualTables(multiplier: Multiplier, expected: Product): void {
  forAllPairs(multiplier, (a, w, product) => {
    const wanted = expected(a, w);
    if (product !== wanted) assert.fail(`${multiplier.name}: T(${a}, ${w}) = ${product}, expected ${wanted}`);
  });
}

/**
 * Every entry of a family's tables against a model: all widths, all types that it is defined on, and sign-magnitude on
 * all signed ones.
 */
export function assertFamily(
  family: Family,
  values: (bits: number) => readonly Values[],
  model: Model,
): void {
  for (const bits of WIDTHS) {
    for (const parameters of values(bits)) {
      for (const pair of OPERAND_PAIRS) {
        const types = operandTypes(pair);
        const generate = (signMagnitude: boolean) =>
          generateMultiplier(family.name, { ...types, bits, signMagnitude, parameters });
        if (family.operands === 'any' || pair === 'uint8') {
          assertEqualTables(generate(false), model(parameters, bits, types));
        }
        if (pair === 'uint8') continue;
        const magnitudes = model(parameters, bits, UNSIGNED);
        const signOf = (n: number): number => (n < 0 ? -1 : 1);
        // + 0: the model may say −0, a table cannot.
        assertEqualTables(
          generate(true),
          (a, w) => signOf(a) * signOf(w) * magnitudes(signOf(a) * a, signOf(w) * w) + 0,
        );
      }
    }
  }
}

/** The unsigned 8-bit table of a family. */
export function unsigned8(family: Family, parameters: Values = {}): Multiplier {
  return generateMultiplier(family.name, { ...UNSIGNED, bits: 8, signMagnitude: false, parameters });
}
