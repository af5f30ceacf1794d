import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tabulate } from '../../../src/multiplier/create.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { interpretTable, type LoadMultiplierOptions } from '../../../src/multiplier/load.js';
import { operandPair, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { untoldType } from '../../../src/multiplier/reading/highest_bit.js';
import { userError } from '../../support/errors.js';
import { laidOut } from '../layouts.js';

const generate = (family: string, pair: 'int8' | 'uint8', bits: number, parameters: Record<string, number>) =>
  generateMultiplier(family, { ...operandTypes(pair), bits, signMagnitude: false, parameters });
const ascending = { rows: 'ascending', columns: 'ascending', transposed: false } as const;
const byPattern = { rows: 'twos-complement', columns: 'twos-complement', transposed: false } as const;

function interpret(values: Int32Array, bits: number, options?: LoadMultiplierOptions) {
  const { multiplier } = interpretTable([{ format: 'text', bits, values }], 'lut.txt', options);
  return multiplier;
}

describe('a table that uses the highest bit of an operand not at all, or nothing else', () => {
  test('is the same for signed and unsigned operands, so it is refused', () => {
    for (let bits = 3; bits <= 8; bits++) {
      const signed = generate('truncated', 'int8', bits, { 'dropped-bits': bits - 1 });
      const unsigned = generate('truncated', 'uint8', bits, { 'dropped-bits': bits - 1 });
      const values = laidOut(signed, byPattern);
      assert.deepEqual(values, laidOut(unsigned, ascending));
      assert.throws(
        () => interpret(values, bits),
        userError(
          /cannot tell the operand types: products depend on the highest bit alone of the row operand; state them with --lut-type int8, uint8/,
        ),
      );
      assert.equal(interpret(values, bits, { type: 'uint8', order: 'aw' }).sha256, unsigned.sha256);
      assert.equal(
        interpret(values, bits, { type: 'int8', order: 'aw', indexOrder: 'twos-complement' }).sha256,
        signed.sha256,
      );
    }
  });

  test('also where a single axis is concerned', () => {
    for (let bits = 3; bits <= 8; bits++) {
      // The partial product of the weight's sign is missing: the weight counts modulo half its range.
      const perforated = generate('perforated', 'int8', bits, { 'first-row': bits - 1, rows: 1 });
      for (const layout of [ascending, byPattern]) {
        assert.throws(
          () => interpret(laidOut(perforated, layout), bits),
          userError(/cannot tell the operand types/),
        );
      }
      const values = laidOut(perforated, ascending);
      assert.equal(untoldType({ format: 'text', bits, values }, 'row'), undefined);
      assert.match(untoldType({ format: 'text', bits, values }, 'column')!, /do not depend/);
    }
  });

  test('is read where labels name the operands', () => {
    const multiplier = generate('truncated', 'uint8', 4, { 'dropped-bits': 3 });
    const labels = Int32Array.from({ length: 16 }, (_, i) => i);
    const table = { format: 'csv', bits: 4, values: multiplier.table } as const;
    const read = interpretTable([{ ...table, rowLabels: labels, columnLabels: labels }], 'lut.csv');
    assert.equal(read.multiplier.sha256, multiplier.sha256);
  });

  test('is not what any other is taken for', () => {
    for (const pair of ['int8', 'uint8', 'int8xuint8'] as const) {
      const { activation, weight } = operandTypes(pair);
      // Only the two highest bits count.
      const { table: values } = tabulate('x', activation, weight, 4, (a, w) => (a >> 2) * (w >> 2) * 16);
      const { multiplier } = interpretTable([{ format: 'text', bits: 4, values }], 'lut.txt');
      assert.equal(operandPair(multiplier.activation, multiplier.weight), pair);
    }
  });
});
