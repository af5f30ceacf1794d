import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DesignOutput } from '../../../src/multiplier/build/design_result.js';
import { patternGrid } from '../../../src/multiplier/build/grid.js';
import { readProducts } from '../../../src/multiplier/build/products.js';
import type { OperandType } from '../../../src/multiplier/multiplier.js';
import { userError } from '../../support/errors.js';
import { SIGNED, tableOf, UNSIGNED } from './support.js';

const BITS = 3;
const signedValue = (pattern: number) => (pattern >= 4 ? pattern - 8 : pattern);

/** The table of 3-bit operands that is read from what a circuit gives for their bit patterns. */
function read(
  result: DesignOutput,
  types: readonly [OperandType, OperandType],
  circuit: (a: number, w: number) => number,
): Int32Array {
  const values = BigInt64Array.from({ length: 64 }, (_, i) => BigInt(circuit(i >> 3, i & 7)));
  const operand = { name: 'A', bits: BITS, signed: undefined };
  const design = {
    language: 'verilog',
    tool: '',
    top: 'm',
    operands: [operand, { ...operand, name: 'B' }],
    result,
    swapped: false,
    notes: [],
    values,
    grid: patternGrid(BITS),
  } as const;
  return readProducts(design, types[0], types[1], 'm.v');
}

const MIXED = ['int8', 'uint8'] as const;
const exact = (a: number, w: number) => a * w;

describe('the sign of products', () => {
  test('of signed operands, from bits', () => {
    for (const bits of [6, 8, 40]) {
      const port = { bits, signed: false };
      const product = (a: number, w: number) => signedValue(a) * signedValue(w);
      // Of 6 bits only, or extended to the whole port.
      assert.deepEqual(
        read(port, SIGNED, (a, w) => product(a, w) & 63),
        tableOf(SIGNED, BITS, exact),
      );
      assert.deepEqual(
        read(port, SIGNED, (a, w) => (product(a, w) + 2 ** bits) % 2 ** bits),
        tableOf(SIGNED, BITS, exact),
      );
      assert.deepEqual(
        read(port, MIXED, (a, w) => (signedValue(a) * w + 2 ** bits) % 2 ** bits),
        tableOf(MIXED, BITS, exact),
      );
    }
  });

  test('of results narrower than products', () => {
    const high = (a: number, w: number) => Math.floor((a * w) / 8);
    assert.deepEqual(
      read({ bits: 3, signed: false }, SIGNED, (a, w) => high(signedValue(a), signedValue(w)) & 7),
      tableOf(SIGNED, BITS, high),
    );
    assert.deepEqual(
      read({ bits: 3, signed: true }, UNSIGNED, (a, w) => high(a, w)),
      tableOf(UNSIGNED, BITS, high),
    );
  });

  test('of unsigned operands', () => {
    for (const bits of [6, 8, 32]) {
      assert.deepEqual(read({ bits, signed: false }, UNSIGNED, exact), tableOf(UNSIGNED, BITS, exact));
    }
    const wrapped = (a: number, w: number) => (a * w >= 32 ? a * w - 64 : a * w);
    assert.deepEqual(read({ bits: 6, signed: true }, UNSIGNED, wrapped), tableOf(UNSIGNED, BITS, exact));
    const error = (a: number, w: number) => a * w - 5;
    assert.deepEqual(read({ bits: 8, signed: true }, UNSIGNED, error), tableOf(UNSIGNED, BITS, error));
  });

  test('as declared', () => {
    const product = (a: number, w: number) => signedValue(a) * signedValue(w) + 40;
    assert.deepEqual(
      read({ bits: 16, signed: true }, SIGNED, product),
      tableOf(SIGNED, BITS, (a, w) => a * w + 40),
    );
  });

  test('beyond int32', () => {
    const far = (a: number, w: number) => (a === 7 && w === 2 ? 2 ** 31 : 2 ** 31 - 1);
    assert.throws(
      () => read({ bits: 40, signed: false }, UNSIGNED, far),
      userError(/^m\.v: m gives 2147483648 for A = 7, B = 2; products must lie in -2147483648…2147483647/),
    );
    assert.throws(
      () => read({ bits: 40, signed: true }, SIGNED, (a, w) => -far(a, w) - 2),
      userError(/gives -2147483649 for A = -4, B = -4/),
    );
  });
});
