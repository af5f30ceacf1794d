import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { createMultiplier, exactMultiplier, isSymmetric, tabulate } from '../../src/multiplier/create.js';

describe('the identity of a multiplier', () => {
  test('is the SHA-256 of its types and its table', () => {
    const table = Int32Array.from({ length: 16 }, (_, i) => -i * 1000);
    const bytes = Buffer.concat(
      Array.from(table, (value) => Buffer.from([value, value >> 8, value >> 16, value >> 24])),
    );
    const expected = createHash('sha256').update('int8 uint8 2\n').update(bytes).digest('hex');
    assert.equal(createMultiplier('any', 'int8', 'uint8', 2, table).sha256, expected);
  });

  test('stays the same for ever', () => {
    // Results in reports refer to these.
    assert.equal(
      exactMultiplier('int8', 'int8').sha256,
      'b703dcb342e8f1f165519391a6a22f15c6c1b40f0bc5e7e687fc91979fe92197',
    );
    assert.equal(
      exactMultiplier('uint8', 'uint8').sha256,
      '91eb2141d59a313ed260ca0e63c7423d45027f160febd1bae7f320c8101fd1de',
    );
  });

  test('depends on types, entries and width, and not on the name', () => {
    const table = new Int32Array(16);
    const hash = (...args: Parameters<typeof createMultiplier>) => createMultiplier(...args).sha256;
    const one = hash('one', 'int8', 'int8', 2, table);
    assert.equal(hash('two', 'int8', 'int8', 2, table), one);
    assert.notEqual(hash('one', 'int8', 'uint8', 2, table), one);
    assert.notEqual(hash('one', 'uint8', 'int8', 2, table), hash('one', 'int8', 'uint8', 2, table));
    assert.notEqual(hash('one', 'int8', 'int8', 2, table.with(15, 1)), one);
  });
});

test('exact multipliers of all widths hold the products of their operands', () => {
  for (let bits = 2; bits <= 8; bits++) {
    const { table } = exactMultiplier('int8', 'uint8', bits);
    const size = 2 ** bits;
    assert.equal(table.length, size * size);
    for (let i = 0; i < table.length; i++) {
      assert.equal(table[i], (Math.floor(i / size) - size / 2) * (i % size) + 0);
    }
  }
});

test('a table of the wrong size is refused', () => {
  assert.throws(() => createMultiplier('x', 'int8', 'int8', 8, new Int32Array(65535)), RangeError);
  assert.throws(() => createMultiplier('x', 'int8', 'int8', 9, new Int32Array(4 ** 9)), RangeError);
});

test('symmetry', () => {
  assert.equal(isSymmetric(exactMultiplier('int8', 'int8')), true);
  assert.equal(isSymmetric(exactMultiplier('int8', 'uint8')), false);
  assert.equal(
    isSymmetric(tabulate('x', 'int8', 'int8', 8, (a, w) => a * w + (a === 3 && w === 4 ? 1 : 0))),
    false,
  );
});
