import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDerivatives, readProducts } from '../../../src/multiplier/formats/read.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import { UserError } from '../../../src/util/errors.js';
import { Random } from '../../../src/util/random.js';
import { mutate } from '../../support/mutate.js';
import { cFile, labelledCsv, npyFile, rawFile, textFile, triplesFile } from '../table_files.js';
import { tableOf } from '../tables.js';

const exact = (bits: number) => {
  const operands = Array.from({ length: 2 ** bits }, (_, i) => i - 2 ** (bits - 1));
  return { operands, values: operands.flatMap((a) => operands.map((w) => a * w)) };
};
const { operands, values } = exact(3);
const files: Record<string, Buffer> = {
  'lut.txt': textFile(values, 8),
  'lut.csv': labelledCsv(values, operands, operands),
  'triples.txt': triplesFile(values, operands, operands),
  'lut.npy': npyFile(values, [8, 8], '<i2'),
  'float.npy': npyFile(values, [8, 8], '<f4'),
  'lut.bin': rawFile(values, 2),
  'lut.raw': rawFile(values, 4),
  'lut.h': cFile(values, 8, 'uint16_t'),
};

/** Runs a reader: it reads, or refuses with a UserError of one line that begins with the file's name. */
function outcome(file: string, read: () => void): 'read' | 'refused' {
  try {
    read();
    return 'read';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.match(error.message, /^[^\n]{1,400}$/);
    assert.ok(error.message.startsWith(file), error.message);
    return 'refused';
  }
}

/** Whether products are read and understood; derivatives are tried, too. */
function products(bytes: Uint8Array, file: string): 'read' | 'refused' {
  outcome(file, () => {
    const { bits, values: numbers } = readDerivatives(bytes, file);
    assert.equal(numbers.length, 4 ** bits);
    assert.ok(numbers.every(Number.isFinite));
  });
  return outcome(file, () => {
    const { multiplier } = interpretTable(readProducts(bytes, file), file);
    assert.equal(multiplier.table.length, 4 ** multiplier.bits);
  });
}

describe('damaged files are read or refused in one line', () => {
  for (const [file, bytes] of Object.entries(files)) {
    test(file, () => {
      assert.equal(products(bytes, file), 'read');
      const random = new Random(11);
      let refused = 0;
      for (let i = 0; i < 1500; i++) {
        if (products(mutate(bytes, random, i % 2 === 0 ? 120 : bytes.length), file) === 'refused') refused++;
      }
      assert.ok(refused > 700, `${refused} of 1500 refused`);
    });

    test(`${file}, cut off anywhere`, () => {
      for (let length = 0; length < bytes.length; length++) {
        // What is missing may be a line break or the end of a comment.
        if (products(bytes.subarray(0, length), file) === 'read')
          assert.ok(length > 0.9 * bytes.length, `${length} bytes`);
      }
    });
  }

  test('8-bit tables', () => {
    const table = tableOf((a, w) => a * w, -128, -128);
    const random = new Random(12);
    const large: Record<string, Buffer> = {
      'lut.txt': textFile(table, 256),
      'lut.bin': rawFile(table, 2),
      'lut.h': cFile(table, 256, 'int16_t'),
      'lut.npy': npyFile(table, [256, 256], '<i4'),
    };
    for (const [file, bytes] of Object.entries(large)) {
      for (let i = 0; i < 12; i++) products(mutate(bytes, random), file);
    }
  });

  test('binary junk, under any name', () => {
    const random = new Random(13);
    const names = ['lut.txt', 'lut.csv', 'lut.npy', 'lut.bin', 'lut.h', 'lut'];
    for (let i = 0; i < 600; i++) {
      const length = i % 3 === 0 ? 2 * 4 ** (2 + random.integer(4)) : random.integer(3000);
      const bytes = Uint8Array.from({ length }, () => random.integer(256));
      // The beginnings of other formats before it.
      const start = ['', '\x93NUMPY\x01\0', 'int lut[4][4] = {', 'A\\B ', '# ', '/*'][i % 6]!;
      assert.equal(
        products(Buffer.concat([Buffer.from(start, 'latin1'), bytes]), names[i % names.length]!),
        'refused',
      );
    }
  });

  test('text in other encodings', () => {
    for (const [encoding, mark] of [
      ['utf16le', '\ufeff'],
      ['utf16le', ''],
    ] as const) {
      assert.equal(
        products(Buffer.from(mark + textFile(values, 8).toString(), encoding), 'lut.txt'),
        'refused',
      );
    }
  });
});
