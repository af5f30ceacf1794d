import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DERIVATIVES, PRODUCTS } from '../../../src/multiplier/formats/numbers.js';
import { readTextTable } from '../../../src/multiplier/formats/text.js';
import { scanText } from '../../../src/multiplier/formats/text_scanner.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';

const scan = (text: string) => {
  const { numbers, count } = scanText(Buffer.from(text), 'dA.txt', DERIVATIVES);
  return [...numbers.subarray(0, count)];
};

describe('numbers of a table of derivatives', () => {
  test('are read as JavaScript reads them, to the last bit', () => {
    const random = new Random(6);
    const digits = (most: number) =>
      Array.from({ length: 1 + random.integer(most) }, () => random.integer(10)).join('');
    const tokens = Array.from({ length: 5000 }, (_, i) => {
      const sign = ['', '-', '+'][i % 3];
      const fraction = i % 2 === 0 ? '' : `.${digits(12)}`;
      const exponent = i % 5 === 0 ? `e${random.integer(30) - 15}` : '';
      return `${sign}${digits(i % 7 === 0 ? 36 : 12)}${fraction}${exponent}`;
    }).filter((token) => Math.abs(Number(token)) < 3e38);
    scan(tokens.join(' ')).forEach((value, i) => {
      assert.ok(Object.is(value, Number(tokens[i])), `${tokens[i]} read as ${value}`);
    });
  });

  test('are signed zeros, the smallest and the largest of float32', () => {
    const tokens = ['0', '-0', '-0.0', '+0', '1e-45', '-1.4e-45', '3.4028235e38', '-3.4028234663852886e+38'];
    const row = tokens.join(' ');
    const { values } = readTextTable(Buffer.from(`${row} ${row}`), 'dA.txt', DERIVATIVES);
    const expected = Float32Array.from([...tokens, ...tokens], Number);
    assert.ok(values.every((value, i) => Object.is(value, expected[i])));
  });

  for (const [name, text] of [
    ['fractions on one line', '0.5 '.repeat(2 ** 20)],
    ['a negative exponent on each of many lines', '1e-3\n'.repeat(2 ** 20)],
    ['rules', '--- +++\n'.repeat(2 ** 19)],
    ['comments', '% # //\n'.repeat(2 ** 19)],
    ['corners', `A\\B${' A\\B'.repeat(2 ** 19)}`],
    ['words', `a b c\n${'a '.repeat(2 ** 20)}`],
    ['a long number', '1'.repeat(2 ** 22)],
    ['a long fraction', `0.${'1'.repeat(2 ** 22)}`],
    ['leading zeros', '0'.repeat(2 ** 22)],
    ['minus signs', '- '.repeat(2 ** 21)],
  ] as const) {
    test(`take no time: ${name}`, () => {
      for (const kind of [DERIVATIVES, PRODUCTS]) {
        const start = performance.now();
        assert.throws(
          () => readTextTable<Int32Array | Float32Array>(Buffer.from(text), 'dA.txt', kind),
          userError(/^dA\.txt/),
        );
        assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
      }
    });
  }
});
