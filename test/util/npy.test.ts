import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../src/util/errors.js';
import { decodeNpy, encodeNpy, type NpyData } from '../../src/util/npy.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { mutate } from '../support/mutate.js';

/** A file with a header of the test's choice. */
function npy(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const header = Buffer.from(`${dictionary}\n`, 'latin1');
  const prefix = Buffer.alloc(version === 1 ? 10 : 12);
  prefix.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) prefix.writeUInt16LE(header.length, 8);
  else prefix.writeUInt32LE(header.length, 8);
  return Buffer.concat([prefix, header, data]);
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe('npy', () => {
  test('what is written is read back, for every type', () => {
    const arrays: NpyData[] = [
      new Int8Array([-128, 127]),
      new Uint8Array([0, 255]),
      new Int16Array([-32768, 32767]),
      new Uint16Array([0, 65535]),
      new Int32Array([-(2 ** 31), 2 ** 31 - 1]),
      new Uint32Array([0, 2 ** 32 - 1]),
      new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n]),
      new BigUint64Array([0n, 2n ** 64n - 1n]),
      new Float32Array([-0, 1e-45]),
      new Float64Array([Math.PI, Number.NEGATIVE_INFINITY]),
    ];
    for (const data of arrays) {
      for (const shape of [[2], [1, 2], [2, 1, 1]]) {
        const bytes = encodeNpy(shape, data);
        assert.equal((bytes.length - data.byteLength) % 64, 0);
        const read = decodeNpy(bytes, 'x.npy');
        assert.deepEqual(read.shape, shape);
        assert.deepEqual(read.data, data);
      }
    }
  });

  test('the bytes are those that NumPy writes', () => {
    const text = Buffer.from(encodeNpy([2, 3], new Float32Array(6))).toString('latin1');
    assert.equal(
      text.slice(0, 128),
      `\x93NUMPY\x01\x00\x76\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
    );
  });

  test('big-endian, Fortran order, versions 2 and 3, scalars, float16, bool', () => {
    const big = decodeNpy(npy(header('>i2', '(2,)'), new Uint8Array([1, 2, 0xff, 0xfe])), 'x');
    assert.deepEqual(big.data, new Int16Array([0x0102, -2]));
    const fortran = decodeNpy(
      npy(header('|u1', '(2, 3, 2)', 'True'), Uint8Array.from(Array(12).keys())),
      'x',
    );
    // Element (i, j, k) lies at i + 2j + 6k.
    assert.deepEqual(fortran.data, new Uint8Array([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]));
    for (const version of [2, 3]) {
      assert.deepEqual(
        decodeNpy(npy(header('<u1', '(1,)'), new Uint8Array([7]), version), 'x').data,
        new Uint8Array([7]),
      );
    }
    assert.deepEqual(decodeNpy(npy(header('<f8', '()'), new Uint8Array(8)), 'x').shape, []);
    const halves = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x3555]);
    assert.deepEqual(
      decodeNpy(npy(header('<f2', '(6,)'), new Uint8Array(halves.buffer)), 'x').data,
      new Float32Array([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY, 0.333251953125]),
    );
    assert.equal(decodeNpy(npy(header('|b1', '(2,)'), new Uint8Array([1, 0])), 'x').type, 'bool');
    assert.equal(decodeNpy(npy(header('<i4', '(0, 5)'), new Uint8Array(0)), 'x').data.length, 0);
  });

  test('faults are reported with both numbers', () => {
    const four = new Uint8Array(4);
    const bad = (bytes: Uint8Array, ...patterns: RegExp[]) =>
      assert.throws(() => decodeNpy(bytes, 'x.npy'), userError(/^x\.npy: /, ...patterns));
    bad(new Uint8Array(0), /not an \.npy file/);
    bad(Buffer.from('PK\x03\x04 not an array'), /not an \.npy file/);
    bad(npy(header('<f4', '(2,)'), four), /needs 8 bytes.*has 4/);
    bad(npy(header('<f4', '(999999999999999, 999999999999999)'), four), /needs .* has 4/);
    bad(npy(header('<c8', '(1,)'), four), /'<c8' is not supported/);
    bad(npy(header('|O', '(1,)'), four), /not supported/);
    bad(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", four), /structured/);
    bad(npy(header('<f4', '(-1,)'), four), /not a list of sizes/);
    bad(npy(header('<f4', '(1e9,)'), four), /not a list of sizes/);
    bad(npy("{'descr': '<f4', 'shape': (1,), }", four), /fortran_order/);
    bad(npy(header('<f4', '(1,)'), four, 9), /version 9/);
    const truncated = npy(header('<f4', '(1,)'), four).slice(0, 30);
    bad(truncated, /states 58 bytes for itself, 20 follow/);
  });

  test('mutated files give an array or a UserError', () => {
    const random = new Random(20);
    const seeds = [
      encodeNpy([3, 4], new Float32Array(12)),
      encodeNpy([5], new BigInt64Array(5)),
      npy(header('>u2', '(2, 3)', 'True'), new Uint8Array(12), 2),
    ];
    let read = 0;
    for (let i = 0; i < 6000; i++) {
      const bytes = mutate(seeds[i % seeds.length]!, random, 140);
      try {
        const array = decodeNpy(bytes, 'x.npy');
        assert.ok(array.data.byteLength <= 2 * bytes.length);
        read++;
      } catch (error) {
        assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
      }
    }
    assert.ok(read > 100 && read < 5900, `${read} of 6000 were read`);
  });
});
