import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LutFormat } from '../../../src/multiplier/formats/format.js';
import { readDerivatives, readProducts } from '../../../src/multiplier/formats/read.js';
import { userError } from '../../support/errors.js';
import { cFile, labelledCsv, npyFile, rawFile, textFile, triplesFile } from '../table_files.js';

const operands = [-2, -1, 0, 1];
const values = Int32Array.from({ length: 16 }, (_, i) => operands[i >> 2]! * operands[i & 3]!);
const text = textFile(values, 4);
const c = cFile(values, 4, 'int16_t');

describe('formats are recognised', () => {
  const files: [string, string, Uint8Array, LutFormat][] = [
    ['text', 'lut.txt', text, 'text'],
    ['text without an extension', 'lut', text, 'text'],
    ['text with the extension of raw numbers', 'lut.dat', text, 'text'],
    [
      'commented text with the extension of raw numbers',
      'lut.dat',
      Buffer.concat([Buffer.from('# made by hand\n'), text]),
      'text',
    ],
    [
      'triples with the extension of raw numbers',
      'lut.lut',
      triplesFile(values, operands, operands),
      'triples',
    ],
    [
      'text with braces in its comment',
      'lut.txt',
      Buffer.concat([Buffer.from('# {a, w}\n% {x}\n'), text]),
      'text',
    ],
    ['commas', 'lut.csv', textFile(values, 4, ','), 'csv'],
    ['labels', 'lut.csv', labelledCsv(values, operands, operands), 'csv'],
    ['triples', 'lut.txt', triplesFile(values, operands, operands), 'triples'],
    ['.npy', 'lut.npy', npyFile(values, [4, 4], '<i4'), 'npy'],
    ['.npy under another name', 'lut.txt', npyFile(values, [16], '<i2'), 'npy'],
    ['triples in .npy', 'lut.npy', npyFile(triples(), [16, 3], '<i4'), 'npy'],
    ['raw, 16 bits', 'lut.bin', rawFile(values, 2), 'u16'],
    ['raw, 16 bits, under another name', 'lut.table', rawFile(values, 2), 'u16'],
    ['raw, 32 bits', 'lut.raw', rawFile(values, 4), 'i32'],
    ['raw without a byte that is no text', 'lut.bin', Buffer.alloc(32, 'abcd'), 'u16'],
    ['C', 'lut.h', c, 'c'],
    ['C under another name', 'lut.txt', c, 'c'],
    [
      'C behind a long comment',
      'lut.h',
      Buffer.concat([Buffer.from(`/* ${'long '.repeat(5000)}*/\n`), c]),
      'c',
    ],
  ];
  for (const [name, file, bytes, format] of files) {
    test(name, () => {
      const [table] = readProducts(bytes, file);
      assert.equal(table!.format, format);
      assert.equal(table!.bits, 2);
      if (!name.includes('no text')) {
        assert.deepEqual(table!.values, format === 'u16' ? values.map((value) => value & 0xffff) : values);
      }
    });
  }

  function triples(): number[] {
    return [...values].flatMap((value, at) => [operands[at >> 2]!, operands[at & 3]!, value]);
  }
});

describe('16-bit numbers', () => {
  const large = values.map((value) => value - 1);
  const asUnsigned = large.map((value) => value & 0xffff);

  test('that may be signed or not are read both ways, the declared one first', () => {
    for (const [file, bytes, declared, other] of [
      ['lut.bin', rawFile(large, 2), asUnsigned, large],
      ['lut.npy', npyFile(large, [4, 4], '<u2'), asUnsigned, large],
      ['lut.npy', npyFile(large, [4, 4], '<i2'), large, asUnsigned],
      ['lut.h', cFile(asUnsigned, 4, 'uint16_t'), asUnsigned, large],
      ['lut.h', cFile(large, 4, 'short'), large, asUnsigned],
    ] as const) {
      const read = readProducts(bytes, file);
      assert.deepEqual(
        read.map((table) => table.values),
        [declared, other],
        file,
      );
    }
  });

  test('are read one way where all are alike in both, where the format is stated, and where they are wider', () => {
    const small = values.map((value) => Math.abs(value));
    assert.equal(readProducts(rawFile(small, 2), 'lut.bin').length, 1);
    assert.deepEqual(
      readProducts(rawFile(large, 2), 'lut.bin', 'u16').map((table) => table.values),
      [asUnsigned],
    );
    assert.deepEqual(
      readProducts(rawFile(large, 2), 'lut.bin', 'i16').map((table) => table.values),
      [large],
    );
    assert.equal(readProducts(rawFile(large, 4), 'lut.bin').length, 1);
    assert.equal(readProducts(npyFile(large, [4, 4], '<i4'), 'lut.npy').length, 1);
    assert.equal(readProducts(cFile(large, 4, 'int'), 'lut.h').length, 1);
    assert.equal(readProducts(textFile(large, 4), 'lut.txt').length, 1);
  });
});

describe('a stated format', () => {
  test('decides, whatever the file looks like', () => {
    const digits = Buffer.from('0'.repeat(32));
    assert.deepEqual(readProducts(digits, 'lut.txt', 'u16')[0]!.values, new Int32Array(16).fill(0x3030));
    assert.equal(readProducts(text, 'lut.bin', 'csv')[0]!.format, 'text');
    assert.throws(() => readProducts(text, 'lut.txt', 'npy'), userError(/^lut\.txt: not an \.npy file/));
    assert.throws(() => readProducts(text, 'lut.txt', 'c'), userError(/^lut\.txt: holds no array/));
    assert.throws(() => readProducts(c, 'lut.h', 'text'), userError(/^lut\.h:\d+: expected an integer/));
    assert.throws(
      () => readProducts(text, 'lut.txt', 'i32'),
      userError(/^lut\.txt: \d+ bytes, expected 262144/),
    );
    assert.throws(
      () => readProducts(text, 'lut.txt', 'f32'),
      userError(/^lut\.txt: raw float32 numbers are derivatives/),
    );
  });
});

describe('raw numbers', () => {
  test('of another count are refused with what was expected', () => {
    for (const length of [0, 1, 31, 33, 63, 131071, 131073, 524288]) {
      assert.throws(
        () => readProducts(Buffer.alloc(length), 'lut.bin'),
        userError(
          /^lut\.bin: (\d+ bytes, expected 131072 \(256 × 256 numbers of 2 bytes\), or 2\^b × 2\^b|the file holds no numbers)/,
        ),
        `${length}`,
      );
    }
  });

  test('are derivatives of 32 bits only', () => {
    const floats = npyFile([0.5, ...Array.from({ length: 15 }, () => -1)], [16], '<f4').subarray(-64);
    assert.deepEqual([...readDerivatives(floats, 'd.bin').values.subarray(0, 2)], [0.5, -1]);
    assert.throws(
      () => readDerivatives(Buffer.alloc(32), 'd.bin'),
      userError(/^d\.bin: 32 bytes, expected 262144/),
    );
    const nan = Buffer.alloc(64, 0xff);
    assert.throws(() => readDerivatives(nan, 'd.bin'), userError(/^d\.bin: number 0: NaN is no number/));
  });
});
