import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PRODUCTS } from '../../../src/multiplier/formats/numbers.js';
import { readTextTable } from '../../../src/multiplier/formats/text.js';
import { UserError } from '../../../src/util/errors.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { mutate } from '../../support/mutate.js';
import { rowsOf, tableOf, toText } from '../tables.js';

const table = tableOf((a, w) => a * w, -128, -128);
const rows = rowsOf(table);
const operands = Array.from({ length: 256 }, (_, i) => i - 128);
const read = (text: string) => readTextTable(Buffer.from(text), 'lut.txt', PRODUCTS);

describe('the text format', () => {
  const plain: Record<string, string> = {
    spaces: toText(table),
    tabs: toText(table, '\t'),
    commas: toText(table, ','),
    'commas and spaces': toText(table, ', '),
    semicolons: toText(table, ';'),
    'CR LF and trailing separators': toText(table, ',').replaceAll('\n', ',\r\n'),
    'a byte order mark': `\ufeff${toText(table)}`,
    'no last line break': toText(table).trimEnd(),
    'one line': Array.from(table).join(' '),
    'one number per line': Array.from(table).join('\n'),
    'comments and empty lines': `# made by hand 1 2 3\n\n${toText(table).replaceAll('\n', ' # row\n\n')}`,
    'plus signs and leading zeros': toText(table).replace(/\b16384\b/, '+0000000000016384'),
  };
  for (const [name, text] of Object.entries(plain)) {
    test(`reads ${name}`, () => {
      const format = /[,;]/.test(text) ? 'csv' : 'text';
      assert.deepEqual(read(text), { format, bits: 8, values: table });
    });
  }

  const body = rows.map((row, i) => [operands[i], ...row]);
  const labelled: Record<string, string> = {
    'the documented drawing': `A\\B | ${operands.join(' ')}\n${'-'.repeat(40)}\n${body
      .map(([label, ...row]) => `${label} | ${row.join(' ')}\n`)
      .join('')}`,
    'a Markdown table': `| A\\B | ${operands.join(' | ')} |\n|${':--:|'.repeat(257)}\n${body
      .map((row) => `| ${row.join(' | ')} |\n`)
      .join('')}`,
    'CSV with an empty corner': `,${operands.join(',')}\n${body.map((row) => `${row.join(',')}\n`).join('')}`,
    'a corner on a/w': `a/w,${operands.join(',')}\n${body.map((row) => `${row.join(',')}\n`).join('')}`,
  };
  for (const [name, text] of Object.entries(labelled)) {
    test(`reads ${name}`, () => {
      const labels = Int32Array.from(operands);
      const format = text.includes(',') ? 'csv' : 'text';
      const expected = { format, bits: 8, values: table, rowLabels: labels, columnLabels: labels };
      assert.deepEqual(read(text), expected);
    });
  }

  test('reads a header row alone and an index column alone', () => {
    const labels = Int32Array.from(operands);
    assert.deepEqual(read(`${operands.join(' ')}\n${toText(table)}`), {
      format: 'text',
      bits: 8,
      values: table,
      columnLabels: labels,
    });
    assert.deepEqual(read(body.map((row) => `${row.join(' ')}\n`).join('')), {
      format: 'text',
      bits: 8,
      values: table,
      rowLabels: labels,
    });
  });

  test('reads the extremes of int32', () => {
    const extreme = table.map((_, i) => (i % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 1));
    assert.deepEqual(read(toText(extreme)).values, extreme);
  });

  test('reads 350 kB fast', () => {
    const bytes = Buffer.from(toText(table));
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      readTextTable(bytes, 'lut.txt', PRODUCTS);
      return performance.now() - start;
    });
    assert.ok(Math.min(...times) < 30, `took ${Math.min(...times)} ms`);
  });
});

describe('a broken text is refused in one line', () => {
  const replaceEntry = (token: string) => {
    const changed: (number | string)[][] = rows.map((row) => [...row]);
    changed[36]![5] = token;
    return changed.map((row) => row.join(' ')).join('\n');
  };
  const lines = toText(table).trimEnd().split('\n');
  const shortLine = lines.with(36, lines[36]!.replace(/ \S+$/, ''));
  const longLine = lines.with(36, `${lines[36]} 7`);

  const cases: [string, string, RegExp[]][] = [
    ['a word', replaceEntry('foo'), [/^lut\.txt:37: expected an integer, got 'foo'$/]],
    ['1e400', replaceEntry('1e400'), [/:37: .*'1e400'/]],
    ['a float', replaceEntry('12.5'), [/:37: .*'12\.5'/]],
    ['NaN', replaceEntry('NaN'), [/:37: .*'NaN'/]],
    ['hexadecimal', replaceEntry('0x10'), [/:37: .*'0x10'/]],
    ['a lone sign', replaceEntry('-'), [/:37: .*'-'/]],
    ['more than int32', replaceEntry('2147483648'), [/:37: '2147483648' is no 32-bit integer/]],
    ['less than int32', replaceEntry('-2147483649'), [/:37: '-2147483649' is no 32-bit integer/]],
    ['hundreds of digits', replaceEntry('9'.repeat(400)), [/:37: '9{24}…' is no 32-bit/]],
    ['a long word', replaceEntry('x'.repeat(1e5)), [/:37: .*'x{24}…'$/]],
    ['a zero byte', replaceEntry('\0\0\0'), [/:37: .*binary/]],
    ['an escape sequence', replaceEntry('\x1b[31m'), [/:37: .*binary.*\\x1b\[31m/]],
    ['a corner in the middle', replaceEntry('A\\B'), [/:37: .*'A\\B'/]],
    ['65535 numbers', shortLine.join('\n'), [/65535 numbers, expected 65536/, /line 37 holds 255 of 256/]],
    ['65537 numbers', longLine.join('\n'), [/65537 numbers, expected 65536/, /line 37 holds 257 of 256/]],
    ['65535 on one line', shortLine.join(' '), [/65535 numbers, expected 65536 \(256 × 256\)$/]],
    ['255 rows', lines.slice(1).join('\n'), [/65280 numbers.*255 lines of numbers, expected 256/]],
    [
      'a number moved to the next row',
      lines.with(36, shortLine[36]!).with(37, `1 ${lines[37]}`).join('\n'),
      [/65536 numbers.*line 37 holds 255 of 256/],
    ],
    [
      'a header above 255 rows',
      `A\\B ${operands.join(' ')}\n${lines.slice(1).join('\n')}`,
      [/below a header row/, /256 lines of numbers, expected 257/],
    ],
    ['a million numbers', '1 '.repeat(1e6), [/1000000 numbers, expected 65536/]],
    ['nothing', '', [/lut\.txt: the file holds no numbers/]],
    ['only comments', '# nothing\n---\n', [/holds no numbers/]],
    ['only a corner', 'A\\B', [/holds no numbers/]],
  ];
  for (const [name, text, patterns] of cases) {
    test(name, () => {
      assert.throws(() => read(text), userError(...patterns));
    });
  }

  test('binary junk', () => {
    const random = new Random(1);
    for (let i = 0; i < 200; i++) {
      const bytes = Uint8Array.from({ length: random.integer(5000) }, () => random.integer(256));
      assert.throws(() => readTextTable(bytes, 'lut.txt', PRODUCTS), userError(/^lut\.txt/));
    }
  });

  test('mutated tables are read or refused, never more', () => {
    const random = new Random(2);
    const originals = [toText(table), Object.values(toTextWithLabels())[0]!].map((text) => Buffer.from(text));
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const original = originals[i % originals.length]!;
      // Faults near the start reach the header; the whole file, the rest.
      const bytes = mutate(original, random, i % 3 === 0 ? 2000 : original.length);
      try {
        assert.equal(readTextTable(bytes, 'lut.txt', PRODUCTS).values.length, 65536);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, /^lut\.txt[^\n]{1,300}$/);
        refused++;
      }
    }
    assert.ok(refused > 150, `${refused} of 300 refused`);
  });

  function toTextWithLabels() {
    return {
      both: `A\\B|${operands.join(' ')}\n---\n${rows.map((row, i) => `${operands[i]}|${row.join(' ')}\n`).join('')}`,
    };
  }
});
