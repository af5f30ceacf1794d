import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCArray } from '../../../src/multiplier/formats/c_array.js';
import { DERIVATIVES, PRODUCTS } from '../../../src/multiplier/formats/numbers.js';
import { userError } from '../../support/errors.js';
import { cFile } from '../table_files.js';

const values = Int32Array.from({ length: 16 }, (_, i) => i * 3 - 9);
const rows = ['{-9, -6, -3, 0}', '{3, 6, 9, 12}', '{15, 18, 21, 24}', '{27, 30, 33, 36}'];
const body = `{${rows.join(',\n')}}`;
const read = (text: string) => readCArray(Buffer.from(text), 'lut.h', PRODUCTS);
const readReals = (text: string) => [...readCArray(Buffer.from(text), 'lut.h', DERIVATIVES).table.values];

describe('a C array', () => {
  const sources: Record<string, string> = {
    'as AdaPT ships it': cFile(values, 4, 'int16_t').toString(),
    'without spaces': `int16_t lut[4][4]={${rows.join(',').replaceAll(' ', '')}};`,
    flat: `static const short lut[16] = {${values.join(', ')}};`,
    'flat, with two dimensions': `short lut[4][4] = {${values.join(', ')}};`,
    'of a stated size that is no number': `int lut[SIZE][1 << BITS] = ${body};`,
    'without a size': `int lut[][4] = ${body};`,
    'trailing commas': `int lut[4][4] = {${rows.map((row) => row.replace('}', ',}')).join(',')},};`,
    'on one line, commented': `/* a * b */ int lut[4][4] /* T */ = {${rows.join(',/* { */')}}; // done {1, 2}`,
    'between lines of the preprocessor': `#pragma once\n#define A {1, \\\n 2}\n  # define N 4\nextern int n;\nint lut[4][4] = ${body};\n#endif // N`,
    'after a function': `int f(int a) { int x = 1; return a; }\nint16_t lut[4][4] = ${body};`,
    'in a function': `int f(int a, int b) { static const int16_t lut[4][4] = ${body};\n return lut[a][b]; }`,
    'after a string that looks like a comment': `const char *s = "/* \\" //"; const char c = '"';\nint lut[4][4] = ${body};`,
    'with a pointer': `const int *const lut[4][4] = ${body};`,
    'with CR LF': cFile(values, 4, 'int').toString().replaceAll('\n', '\r\n'),
    'in C++': `constexpr std::int16_t lut[4][4] = ${body};`,
    'without white space before its star': `int *lut[4][4] = ${body};`,
  };
  for (const [name, source] of Object.entries(sources)) {
    test(name, () => {
      assert.deepEqual(read(source).table, { format: 'c', bits: 2, values });
    });
  }

  test('integers of all bases, with suffixes', () => {
    const text =
      '0, 00, 007, 0x1F, 0XfF, -0x10, 0b101, -0B11, 12u, 13UL, 14ll, +15, -16, 017, 2147483647, -2147483648';
    const expected = [0, 0, 7, 31, 255, -16, 5, -3, 12, 13, 14, 15, -16, 15, 2147483647, -2147483648];
    assert.deepEqual([...read(`long lut[16] = {${text}};`).table.values], expected);
  });

  const types: [string, string | undefined, number, number][] = [
    // declared, as .npy names it, 40000 and -1 in a variable of the type
    ['uint8_t', 'uint8', 64, 255],
    ['int8_t', 'int8', 64, -1],
    ['unsigned char', 'uint8', 64, 255],
    ['char', 'int8', 64, -1],
    ['uint16_t', 'uint16', 40000, 65535],
    ['int16_t', 'int16', -25536, -1],
    ['unsigned short int', 'uint16', 40000, 65535],
    ['short', 'int16', -25536, -1],
    ['std::uint16_t', 'uint16', 40000, 65535],
    ['int', 'int32', 40000, -1],
    ['signed', 'int32', 40000, -1],
    ['const __attribute__((aligned(4))) uint16_t', 'uint16', 40000, 65535],
    ['long', undefined, 40000, -1],
    ['lut_t', undefined, 40000, -1],
  ];
  for (const [type, name, large, minusOne] of types) {
    test(`of ${type}`, () => {
      const { table, storage } = read(`static const ${type} lut[16] = {40000, -1, ${'0, '.repeat(14)}};`);
      assert.deepEqual([storage, ...table.values.subarray(0, 2)], [name, large, minusOne]);
    });
  }

  test('derivatives, as C writes them', () => {
    const text = '0, -0.0f, 1.5, -2.f, .25, 1e-3, 1E+5f, -3, 0x10, 3.4028235e38, 1e-45, 7u, 1., 2, 3, 4';
    const expected = [0, -0, 1.5, -2, 0.25, 1e-3, 1e5, -3, 16, 3.4028235e38, 1e-45, 7, 1, 2, 3, 4];
    assert.deepEqual(readReals(`const float lut[4][4] = {${text}};`), [...Float32Array.from(expected)]);
  });

  const broken: [string, string, RegExp][] = [
    ['nothing', '', /^lut\.h: holds no array, expected/],
    ['a declaration alone', 'extern int16_t lut[4][4];', /holds no array/],
    ['a value in braces', 'int x = {5};', /holds no array/],
    ['an enumeration', 'enum { A, B };', /holds no array/],
    [
      'two arrays',
      `int a[4] = {1};\nint b[4][4] = ${body};`,
      /^lut\.h: holds 2 arrays \('a', 'b'\), expected one/,
    ],
    [
      'nine arrays',
      'int a[1] = {1};'.repeat(9),
      /more arrays than one \('a', 'a', 'a', 'a', …\), expected one/,
    ],
    ['an open comment', `/* made by\nint lut[4][4] = ${body};`, /^lut\.h:1: the comment does not end/],
    ['an open comment within', `int lut[4][4] = {\n/* ${body}`, /^lut\.h:2: the comment does not end/],
    ['no last brace', `int lut[4][4] = {\n${rows.join(',\n')}`, /^lut\.h:5: the array does not end/],
    ['three dimensions', `int lut[4][4][1] = {\n{{1}, {2}}};`, /^lut\.h:2: a third dimension/],
    [
      'three dimensions, flat',
      `int lut[4][2][2] = {${values.join(',')}};`,
      /'lut\[4\]\[2\]\[2\]' holds 16 numbers, expected it to be declared with 4 × 4/,
    ],
    ['a macro', `int lut[4][4] = {\n{N, 2}};`, /^lut\.h:2: expected an integer, got 'N'/],
    ['a call', `int lut[4][4] = {T(1, 2)};`, /expected an integer, got 'T'/],
    ['a cast', `int lut[4][4] = {(int16_t)5, 2};`, /^lut\.h:1: expected an integer, got '\('/],
    ['a sum', `int lut[4][4] = {1+1, 2};`, /expected an integer, got '1\+1'/],
    ['a designator', `int lut[4][4] = {[0] = {1, 2}};`, /expected an integer, got '\['/],
    ['a string', `char *lut[4] = {"a", "b"};`, /expected an integer, got '"a"'/],
    ['a character', `char lut[4] = {'a'};`, /expected an integer, got ''a''/],
    ['a float', `int lut[4][4] = {1.5};`, /expected an integer, got '1\.5'/],
    ['an octal number with 8', `int lut[4][4] = {08};`, /expected an integer, got '08'/],
    ['more than 32 bits', `long long lut[4][4] = {2147483648};`, /'2147483648' is no 32-bit integer/],
    ['hundreds of digits', `long lut[4] = {${'9'.repeat(400)}};`, /expected an integer, got '9{24}…'/],
    ['a NUL byte', `int lut[4][4] = {1, \0\0};`, /expected an integer, got '\\x00\\x00'/],
    [
      '17 numbers',
      `int lut[17] = {${values.join(',')}, 1};`,
      /^lut\.h: 'lut' has 17 numbers, expected 65536/,
    ],
    ['a million', `int lut[1000000] = {${'1,'.repeat(1e6)}};`, /'lut' has 1000000 numbers, expected 65536/],
    [
      'rows of other lengths',
      `int lut[4][4] = {{1,2,3,4},\n{1,2,3},\n{1,2,3,4,5},{1,2,3,4}};`,
      /^lut\.h:2: row 1 of 'lut' has 3 numbers, expected 4/,
    ],
    [
      'two rows of 8',
      `int lut[2][8] = {{${'1,'.repeat(8)}},{${'1,'.repeat(8)}}};`,
      /row 0 of 'lut' has 8 numbers, expected 4/,
    ],
    [
      'a number between rows',
      `int lut[4][4] = {${rows[0]},\n 5,${rows[1]}};`,
      /^lut\.h:2: a number between rows/,
    ],
    [
      'a row behind numbers',
      `int lut[4][4] = {1,2,3,4,5,6,7,8,9,10,11,12,\n{1,2,3,4}};`,
      /^lut\.h:2: a row behind single numbers/,
    ],
    // C fills up with zeros what is missing: this is no 2-bit table.
    [
      'fewer numbers than declared',
      `int16_t lut[256][256] = ${body};`,
      /'lut\[256\]\[256\]' holds 16 numbers, expected it to be declared with 4 × 4/,
    ],
    ['fewer rows than declared', `int16_t lut[0x10][4] = ${body};`, /'lut\[0x10\]\[4\]' holds 16 numbers/],
    [
      'fewer flat numbers than declared',
      `int16_t lut[65536] = {${values.join(',')}};`,
      /'lut\[65536\]' holds 16 numbers/,
    ],
  ];
  for (const [name, source, pattern] of broken) {
    test(`${name} is refused`, () => {
      assert.throws(() => read(source), userError(pattern));
    });
  }

  const million = 2 ** 20;
  const traps: Record<string, string> = {
    'number signs on one line': `x${'#'.repeat(4 * million)}{`,
    'beginnings of comments': `int lut[4] = {${'/'.repeat(4 * million)}`,
    'open comments': '/*'.repeat(2 * million),
    'declarations of nothing': 'a a a a a a = {'.repeat(million / 4),
    'assignments of braces': '={'.repeat(2 * million),
    brackets: `int a${'[1]'.repeat(million)} = {1};`,
    'open brackets': `${'['.repeat(4 * million)} = {`,
    'closed brackets': `${']'.repeat(4 * million)} = {`,
    'nested braces': `int lut[4] = ${'{'.repeat(4 * million)}`,
    'empty rows': `int lut[4] = {${'{}'.repeat(2 * million)}`,
    'a long word': `${'a'.repeat(4 * million)} {`,
    'a long string': `"${'a'.repeat(4 * million)} {`,
    'open strings': `${'"\\'.repeat(2 * million)} {`,
    'continued lines': `#define X ${'\\\n'.repeat(2 * million)} {`,
    'blanks before a brace': `int lut[4] = ${' '.repeat(4 * million)}{`,
    'errors on the last of many lines': `${'\n'.repeat(4 * million)} int lut[4] = { x`,
    stars: `int ${'*'.repeat(4 * million)}lut[4] = {`,
  };
  for (const [name, source] of Object.entries(traps)) {
    test(`takes no time for ${name}`, () => {
      const start = performance.now();
      assert.throws(() => read(source), userError(/^lut\.h/));
      assert.ok(performance.now() - start < 3000, `${performance.now() - start} ms`);
    });
  }
});
