import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DERIVATIVES, PRODUCTS } from '../../../src/multiplier/formats/numbers.js';
import { readTextTable } from '../../../src/multiplier/formats/text.js';
import { userError } from '../../support/errors.js';

const operands = [-2, -1, 0, 1];
const lines = operands.flatMap((a) => operands.map((w) => `${a} ${w} ${10 * a + w}`));
const shuffled = lines.map((_, i) => lines[(i * 7 + 3) % 16]!);
const values = Int32Array.from(operands.flatMap((a) => operands.map((w) => 10 * a + w)));
const labels = Int32Array.from(operands);
const read = (rows: readonly string[]) => readTextTable(Buffer.from(rows.join('\n')), 'lut.txt', PRODUCTS);

describe('lines "a w value"', () => {
  const expected = { format: 'triples', bits: 2, values, rowLabels: labels, columnLabels: labels };
  const lists: Record<string, readonly string[]> = {
    'in order': lines,
    'in any order': shuffled,
    'with commas': shuffled.map((line) => line.replaceAll(' ', ',')),
    'with bars': shuffled.map((line) => `| ${line.replaceAll(' ', ' | ')} |`),
    'below a line of words': ['a,w,product', ...shuffled],
    'below words in quotes': ['"a" "w" "T(a*w)"', ...shuffled],
    'below words and a rule': ['| a | w | y |', '|---|---|---|', ...shuffled],
    'with comments and empty lines': ['# a w value', '', ...shuffled.map((line) => `${line} # ${line}\n`)],
  };
  for (const [name, list] of Object.entries(lists)) {
    test(`are read ${name}`, () => assert.deepEqual(read(list), expected));
  }

  test('hold derivatives', () => {
    const rows = lines.map((line, i) => line.replace(/\S+$/, `${i}.5e-1`));
    const table = readTextTable(Buffer.from(rows.join('\n')), 'd.txt', DERIVATIVES);
    assert.deepEqual(
      table.values,
      Float32Array.from(lines, (_, i) => (i + 0.5) / 10),
    );
    assert.deepEqual(table.rowLabels, labels);
  });

  test('name other operands than an axis has, as labels that are checked later', () => {
    assert.deepEqual(
      read(lines.map((line) => line.replace(/^1 /, '7 '))).rowLabels,
      Int32Array.of(-2, -1, 0, 7),
    );
  });

  const broken: [string, readonly string[], RegExp][] = [
    [
      'a pair is missing',
      lines.slice(1),
      /^lut\.txt: 15 lines "a w value", expected 65536 \(256 × 256\), or 2\^b × 2\^b/,
    ],
    ['a line is too many', [...lines, '2 2 4'], /^lut\.txt: 17 lines "a w value", expected/],
    ['a pair comes twice', lines.with(5, lines[4]!), /^lut\.txt:6: the pair -1 -2 comes a second time$/],
    [
      'an operand is mistyped',
      lines.with(5, '-1 9 0'),
      /16 lines "a w value" name 5 values of the second operand, expected 4$/,
    ],
    [
      'an operand is missing',
      lines.map((line) => line.replace(/^1 /, '0 ')),
      /name 3 values of the first operand, expected 4$/,
    ],
    [
      'a value is missing',
      lines.with(5, '-1 -1'),
      /^lut\.txt:6: 2 numbers, expected 3 \("a w value"\) as on the other lines$/,
    ],
    ['a value is too many', lines.with(15, '1 1 11 12'), /^lut\.txt:16: 4 numbers, expected 3/],
    ['a value is a word', lines.with(5, '-1 -1 x'), /^lut\.txt:6: expected an integer, got 'x'$/],
    ['a value is a fraction', lines.with(5, '-1 -1 1.5'), /^lut\.txt:6: expected an integer, got '1\.5'$/],
    [
      'a value is too large',
      lines.with(5, '-1 -1 2147483648'),
      /^lut\.txt:6: '2147483648' is no 32-bit integer/,
    ],
    ['a NUL byte is in it', lines.with(5, '-1 \0 1'), /^lut\.txt:6: expected an integer, got binary data/],
    ['words come again', lines.with(5, 'a w value'), /^lut\.txt:6: expected an integer, got 'a'$/],
    [
      'words stand above a matrix',
      ['a b c d', '1 2 3 4', '1 2 3 4', '1 2 3 4', '1 2 3 4'],
      /^lut\.txt:1: expected an integer, got a line of words/,
    ],
    [
      'operands are no integers',
      lines.map((line) => line.replace(/^1 /, '1.5 ')),
      /^lut\.txt:13: expected an integer/,
    ],
  ];
  for (const [name, list, pattern] of broken) {
    test(`are refused where ${name}`, () => assert.throws(() => read(list), userError(pattern)));
  }

  test('of derivatives are refused where operands are no integers', () => {
    const rows = lines.map((line) => line.replace(/^1 /, '1.5 '));
    assert.throws(
      () => readTextTable(Buffer.from(rows.join('\n')), 'd.txt', DERIVATIVES),
      userError(/^d\.txt: the first column names 1\.5 as an operand, expected whole numbers$/),
    );
  });

  test('a part of a long list passes for no shorter one', () => {
    const all = Array.from({ length: 256 }, (_, i) => `${i >> 4} ${i & 15} ${(i >> 4) * (i & 15)}`);
    for (const count of [16, 64])
      assert.throws(() => read(all.slice(0, count)), userError(/values of the (first|second) operand/));
  });

  test('take no time, however many', () => {
    for (const line of ['1 2 3\n', '1 1 1 1\n', '0 0 0 # again\n']) {
      const start = performance.now();
      assert.throws(() => read([line.repeat(500_000)]), userError(/^lut\.txt: /));
      assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
    }
  });
});
