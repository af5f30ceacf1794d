import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import type { TableFile } from '../../../src/multiplier/formats/table_file.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { WIDTHS } from '../generate/family_tables.js';
import { rawFile } from '../table_files.js';

const random = new Random(5);

describe('random numbers are refused', () => {
  const kinds: Record<string, (bits: number) => TableFile[]> = {
    'raw, 16 bits': (bits) =>
      readProducts(
        rawFile(
          numbers(bits, () => random.integer(65536)),
          2,
        ),
        'lut.bin',
      ),
    'raw, 32 bits': (bits) =>
      readProducts(
        rawFile(
          numbers(bits, () => random.integer(2 ** 32) | 0),
          4,
        ),
        'lut.bin',
      ),
    'the range of products': (bits) => [
      { format: 'text', bits, values: numbers(bits, () => random.integer(4 ** bits)) },
    ],
    'both signs': (bits) => [
      { format: 'text', bits, values: numbers(bits, () => random.integer(4 ** bits) - 4 ** bits / 2) },
    ],
    'zero and one': (bits) => [{ format: 'text', bits, values: numbers(bits, () => random.integer(2)) }],
    'few that are not zero': (bits) => [
      { format: 'text', bits, values: numbers(bits, () => (random.integer(4 ** bits) < 2 ? 1000 : 0)) },
    ],
  };
  function numbers(bits: number, next: () => number): Int32Array {
    return Int32Array.from({ length: 4 ** bits }, next);
  }

  for (const [kind, make] of Object.entries(kinds)) {
    test(kind, () => {
      for (const bits of WIDTHS) {
        const tables = Math.max(2, 4000 / 4 ** (bits - 2));
        for (let i = 0; i < tables; i++) {
          assert.throws(
            () => interpretTable(make(bits), 'lut'),
            userError(
              /^lut: cannot tell the operand types: the table is no clear product, closest are .*; state them/,
            ),
          );
        }
      }
    });
  }
});
