import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readNpyTable } from '../../../src/multiplier/formats/npy.js';
import { DERIVATIVES, PRODUCTS } from '../../../src/multiplier/formats/numbers.js';
import { encodeNpy, type NpyData } from '../../../src/util/npy.js';
import { userError } from '../../support/errors.js';
import { npyFile } from '../table_files.js';

const values = Array.from({ length: 16 }, (_, i) => 3 * i);
const read = (bytes: Uint8Array) => readNpyTable(bytes, 'lut.npy', PRODUCTS);
const npy = (shape: readonly number[], data: NpyData) => encodeNpy(shape, data);

describe('an .npy file', () => {
  const arrays: Record<string, NpyData> = {
    int8: Int8Array.from(values),
    uint8: Uint8Array.from(values),
    int16: Int16Array.from(values),
    uint16: Uint16Array.from(values),
    int32: Int32Array.from(values),
    uint32: Uint32Array.from(values),
    int64: BigInt64Array.from(values, BigInt),
    uint64: BigUint64Array.from(values, BigInt),
    float32: Float32Array.from(values),
    float64: Float64Array.from(values),
  };
  for (const [type, data] of Object.entries(arrays)) {
    test(`of ${type}`, () => {
      const expected = { table: { format: 'npy', bits: 2, values: Int32Array.from(values) }, storage: type };
      assert.deepEqual(read(npy([4, 4], data)), expected);
      assert.deepEqual(read(npy([16], data)), expected);
    });
  }

  test('in column-major order', () => {
    const bytes = Buffer.from(npy([4, 4], Int32Array.from(values)));
    const at = bytes.indexOf('False');
    bytes.write('True ', at);
    assert.deepEqual(
      [...read(bytes).table.values],
      values.map((_, i) => values[(i & 3) * 4 + (i >> 2)]),
    );
  });

  test('of triples, in any order', () => {
    const triples = values.flatMap((_, i) => {
      const at = (i * 5 + 2) % 16;
      return [(at >> 2) - 2, at & 3, values[at]!];
    });
    const { table } = read(npy([16, 3], Int32Array.from(triples)));
    assert.deepEqual([...table.values], values);
    assert.deepEqual(
      [table.rowLabels, table.columnLabels],
      [Int32Array.of(-2, -1, 0, 1), Int32Array.of(0, 1, 2, 3)],
    );
  });

  const broken: [string, Uint8Array, RegExp][] = [
    [
      'three dimensions',
      npy([4, 4, 1], Int32Array.from(values)),
      /an array of shape \[4, 4, 1\], expected 65536/,
    ],
    ['no dimensions', npy([], Int32Array.of(1)), /an array of shape \[\], expected/],
    ['two rows', npy([2, 8], Int32Array.from(values)), /an array of shape \[2, 8\]/],
    ['17 numbers', npy([17], new Int32Array(17)), /an array of shape \[17\]/],
    ['nothing', npy([0], new Int32Array(0)), /an array of shape \[0\]/],
    ['a table of 9 bits', npy([512, 512], new Uint8Array(2 ** 18)), /an array of shape \[512, 512\]/],
    ['a table of one bit', npy([2, 2], new Uint8Array(4)), /an array of shape \[2, 2\]/],
    [
      'a fraction',
      npy([4, 4], Float32Array.from(values).with(6, 0.5)),
      /^lut\.npy: entry \[1, 2\]: 0\.5 is no integer/,
    ],
    ['NaN', npy([4, 4], Float64Array.from(values).with(6, Number.NaN)), /entry \[1, 2\]: NaN is no integer/],
    [
      'an infinity',
      npy([4, 4], Float64Array.from(values).with(6, Number.NEGATIVE_INFINITY)),
      /entry \[1, 2\]: -Infinity is no 32-bit/,
    ],
    [
      'more than 32 bits',
      npy([4, 4], Uint32Array.from(values).with(0, 2 ** 31)),
      /entry \[0, 0\]: 2147483648 is no 32-bit/,
    ],
    [
      'more than 53 bits',
      npy([4, 4], BigInt64Array.from(values, BigInt).with(0, -(2n ** 63n))),
      /is no 32-bit/,
    ],
    [
      'triples that lack a pair',
      npy(
        [16, 3],
        Int32Array.from({ length: 48 }, (_, i) => (i % 3 === 2 ? 0 : (i / 12) | 0)),
      ),
      /^lut\.npy: row 1: the pair 0 0 comes a second time/,
    ],
    [
      'triples of a fraction',
      npy(
        [16, 3],
        Float32Array.from({ length: 48 }, (_, i) => (i === 5 ? 0.5 : 1)),
      ),
      /^lut\.npy: row 1: 0\.5 is no integer/,
    ],
    [
      'triples of NaN',
      npy([16, 3], new Float32Array(48).fill(Number.NaN)),
      /^lut\.npy: row 0: NaN is no integer/,
    ],
    ['15 triples', npy([15, 3], new Int32Array(45)), /an array of shape \[15, 3\]/],
  ];
  for (const [name, bytes, pattern] of broken) {
    test(`of ${name} is refused`, () => assert.throws(() => read(bytes), userError(pattern)));
  }

  const file = npyFile(values, [4, 4], '<i4');
  const changed = (from: string, to: string) =>
    Buffer.from(file.toString('latin1').replace(from, to.padEnd(from.length)), 'latin1');
  const headers: [string, Uint8Array, RegExp][] = [
    ['cut off in the data', file.subarray(0, -1), /needs 64 bytes of data, the file has 63/],
    ['with bytes behind', Buffer.concat([file, Buffer.alloc(4)]), /needs 64 bytes of data, the file has 68/],
    ['cut off in the header', file.subarray(0, 30), /header states/],
    ['cut off in the prefix', file.subarray(0, 8), /not an \.npy file/],
    [
      'of another version',
      Buffer.concat([file.subarray(0, 6), Buffer.of(9), file.subarray(7)]),
      /format version 9/,
    ],
    ['of a larger shape', changed('(4, 4)', '(8, 8)'), /shape \[8, 8\] of int32 needs 256 bytes/],
    ['of a huge shape', changed('(4, 4), }', '(9999999999999, 9999999999999)'.slice(0, 9)), /shape/],
    ['of a negative shape', changed('(4, 4)', '(-4,4)'), /not a list of sizes/],
    ['of complex numbers', changed('<i4', '<c8'), /element type '<c8' is not supported/],
    ['of objects', changed("'<i4'", "'|O' "), /element type '\|O' is not supported/],
    ['of texts', changed('<i4', '<U1'), /element type '<U1' is not supported/],
    ['of a structure', changed("'<i4'", '[(x)]'), /a structured type is not supported/],
    ['without a type', changed('descr', 'desrc'), /does not state 'descr'/],
    ['without an order', changed('fortran_order', 'fortran'), /does not state 'fortran_order'/],
    ['without a shape', changed('shape', 'shpae'), /does not state 'shape'/],
  ];
  for (const [name, bytes, pattern] of headers) {
    test(`${name} is refused`, () => assert.throws(() => read(bytes), userError(/^lut\.npy: /, pattern)));
  }

  test('of derivatives holds finite numbers of float32', () => {
    const real = (data: NpyData) => readNpyTable(npy([4, 4], data), 'd.npy', DERIVATIVES).table.values;
    const floats = Float64Array.from(values, (value) => value / 7);
    assert.deepEqual(real(floats), Float32Array.from(floats));
    assert.throws(
      () => real(floats.with(3, 1e39)),
      userError(/^d\.npy: entry \[0, 3\]: 1e\+39 is too large for float32/),
    );
    assert.throws(() => real(floats.with(3, Number.NaN)), userError(/NaN is no number/));
    assert.throws(() => real(floats.with(3, Number.POSITIVE_INFINITY)), userError(/Infinity is too large/));
  });
});
