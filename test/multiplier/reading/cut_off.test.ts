import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { needs } from '../../support/shared.js';
import { type Layout, laidOut, layoutsOf } from '../layouts.js';
import { lutsFolder, realTables } from '../tables.js';

/** A table's numbers in the formats whose files do not say how many there are. */
const openEnded: Record<string, (values: Int32Array) => { name: string; whole: Uint8Array }> = {
  '16 bits': (values) => ({ name: 'lut.bin', whole: new Uint8Array(Int16Array.from(values).buffer) }),
  '32 bits': (values) => ({ name: 'lut.bin', whole: new Uint8Array(values.slice().buffer) }),
  'one line': (values) => ({ name: 'lut.txt', whole: Buffer.from(values.join(' ')) }),
  'a number to a line': (values) => ({ name: 'lut.txt', whole: Buffer.from(values.join('\n')) }),
};

/** The first `count` numbers of a text. */
function firstNumbers(text: string, count: number): Uint8Array {
  let end = -1;
  for (let i = 0; i < count; i++) {
    const next = text.slice(end + 1).search(/\s/);
    if (next < 0) return Buffer.from(text);
    end += 1 + next;
  }
  return Buffer.from(text.slice(0, end));
}

/** Beginnings of a file that have as many bytes or numbers as a whole table of some width. */
function beginnings(name: string, whole: Uint8Array): Uint8Array[] {
  const sizes = [2, 3, 4, 5, 6, 7, 8].flatMap((bits) => [4 ** bits, 2 * 4 ** bits, 4 * 4 ** bits]);
  if (name === 'lut.bin')
    return sizes.filter((size) => size < whole.length).map((size) => whole.subarray(0, size));
  const text = Buffer.from(whole).toString('latin1');
  return sizes.filter((size) => size < 65536).map((size) => firstNumbers(text, size));
}

function assertRefused(
  multiplier: Multiplier,
  layouts: readonly Layout[],
  formats: readonly string[],
): number {
  let refused = 0;
  for (const layout of layouts) {
    for (const format of formats) {
      const { name, whole } = openEnded[format]!(laidOut(multiplier, layout));
      for (const beginning of beginnings(name, whole)) {
        assert.throws(
          () => interpretTable(readProducts(beginning, name), name),
          userError(/looks like the first \d+ of 2?\d+ rows|cannot tell|expected/),
          `${multiplier.name}, ${format}, ${beginning.length} bytes`,
        );
        refused++;
      }
    }
  }
  return refused;
}

describe('a part of a table passes for no smaller one', () => {
  test('of the exact tables, in every layout', () => {
    for (const pair of OPERAND_PAIRS) {
      const { activation, weight } = operandTypes(pair);
      const multiplier = exactMultiplier(activation, weight);
      const refused = assertRefused(multiplier, layoutsOf(multiplier), Object.keys(openEnded));
      assert.ok(refused > 100, `${refused} files`);
    }
  });

  test('of the real tables', needs(lutsFolder), () => {
    for (const { name, type, values } of realTables()) {
      const multiplier = { ...exactMultiplier(type, type), name, table: values };
      // By rows and by bit patterns.
      const layouts = layoutsOf(multiplier);
      assertRefused(multiplier, [layouts[0]!, layouts.at(-1)!], ['16 bits', '32 bits']);
    }
  });

  test('of approximate tables of 4 to 7 bits', () => {
    for (let bits = 4; bits <= 7; bits++) {
      for (const pair of OPERAND_PAIRS) {
        for (const [family, parameters] of [
          ['drum', { k: 3 }],
          ['truncated', { 'dropped-bits': 1 }],
        ] as const) {
          const signMagnitude = pair !== 'uint8';
          const types = operandTypes(pair);
          const multiplier = generateMultiplier(family, { ...types, bits, signMagnitude, parameters });
          for (const layout of layoutsOf(multiplier)) {
            const { name, whole } = openEnded['16 bits']!(laidOut(multiplier, layout));
            assert.throws(
              () => interpretTable(readProducts(whole.subarray(0, whole.length / 2), name), name),
              userError(/./),
            );
          }
        }
      }
    }
  });

  test('also where the operand types are stated, from two rows on', () => {
    const { table } = exactMultiplier('uint8', 'uint8');
    for (const [format, make] of Object.entries(openEnded)) {
      const { name, whole } = make(table);
      const rows = 64;
      const beginning =
        name === 'lut.bin'
          ? whole.subarray(0, (whole.length / 256) * rows)
          : firstNumbers(Buffer.from(whole).toString('latin1'), 256 * rows);
      assert.throws(
        () => interpretTable(readProducts(beginning, name), name, { type: 'uint8' }),
        userError(
          /looks like the first 64 of 256 rows of a table for 8-bit operands \(r = 1\.00\), expected all rows; is the file cut off\?$/,
        ),
        format,
      );
    }
  });

  test('but whole tables of narrow operands are read, products or not', () => {
    const random = new Random(4);
    for (let bits = 2; bits < 8; bits++) {
      const exact = exactMultiplier('int8', 'uint8', bits).table;
      const noise = exact.map(() => random.integer(65536) - 32768);
      for (const values of [exact, noise]) {
        for (const make of Object.values(openEnded)) {
          const { name, whole } = make(values);
          const { multiplier } = interpretTable(readProducts(whole, name), name, {
            type: 'int8xuint8',
            order: 'aw',
            indexOrder: 'ascending',
          });
          assert.deepEqual(multiplier.table, values);
        }
      }
    }
  });
});
