import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { readGradientTable } from '../../src/multiplier/gradient/load.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { ConvertReport } from '../../src/report/lut/convert_results.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const drum = packagePath('luts', 'drum2_int8.txt');

/** Converts, and gives the report as JSON. */
async function convert(...args: string[]): Promise<ConvertReport> {
  const { stdout, stderr, code } = await approxtorch(['lut', 'convert', ...args, '--format', 'json']);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

describe('approxtorch lut convert', () => {
  test('explains itself', async () => {
    const { stdout, code } = await approxtorch(['lut', 'convert', '--help']);
    assert.equal(code, 0);
    for (const flag of [
      '--types',
      '--order',
      '--from',
      '--to ',
      '--to-order',
      '--transpose',
      '--gradient',
      '-o, --output',
    ]) {
      assert.ok(stdout.includes(flag), flag);
    }
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
  });

  test('writes the format of the extension, and says for people what it did', async () => {
    const { stdout, stderr, code } = await approxtorch(['lut', 'convert', drum, out('drum.h')]);
    assert.deepEqual([stderr, code], ['', 0]);
    assert.match(stdout, /^65,536 products of int8 × int8 · sha256 d439f493$/m);
    assert.match(stdout, /^read {5}\S+drum2_int8\.txt: text matrix; rows are activations -128…127,/m);
    assert.match(stdout, /^written {2}\S+drum\.h: C array; rows are activations 0…127,-128…-1/m);
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
    assert.match(readFileSync(out('drum.h'), 'utf8'), /^const int32_t lut\[256\]\[256\] = \{$/m);
  });

  test('through all formats and back to the same bytes, with one document for scripts', async () => {
    const steps: [string, string, string[]][] = [
      ['drum.csv', 'csv', []],
      ['drum.npy', 'npy', ['--transpose']],
      ['drum.bin', 'i32', ['--order', 'wa', '--to-order', 'twos-complement']],
      ['again.h', 'c', ['--to-order', 'ascending']],
      ['list.txt', 'triples', ['--to', 'triples']],
      ['again.txt', 'text', []],
    ];
    let input = drum;
    const { multiplier } = await loadMultiplier(drum, { order: 'aw' });
    for (const [name, format, flags] of steps) {
      const report = await convert(input, out(name), ...flags);
      assert.equal(report.sha256, multiplier.sha256, name);
      assert.equal(report.output.format, format);
      assert.equal(report.output.rows, flags.includes('--transpose') ? 'weights' : 'activations');
      assert.equal(report.input.rows, flags.includes('wa') ? 'weights' : 'activations');
      assert.equal(report.output.bytes, readFileSync(out(name)).length);
      input = out(name);
    }
    assert.equal(readFileSync(out('again.txt'), 'utf8'), readFileSync(drum, 'utf8'));
  });

  test('says which way the rows were taken where that matters', async () => {
    const lopsided = exactMultiplier('uint8', 'int8', 4);
    writeFileSync(out('mixed.csv'), encodeTable(lopsided, { format: 'text' }));
    const assumed = await convert(out('mixed.csv'), out('mixed.npy'));
    assert.match(
      assumed.warnings[0]!,
      /rows were taken as activations .*--order aw, or swap them with --order wa$/,
    );
    assert.deepEqual([assumed.bits, assumed.activation, assumed.weight], [4, 'uint8', 'int8']);
    const stated = await convert(out('mixed.csv'), out('mixed.npy'), '--order', 'wa');
    assert.deepEqual([stated.warnings, stated.activation, stated.weight], [[], 'int8', 'uint8']);
  });

  test('writes its report to a file', async () => {
    const { stdout, code } = await approxtorch([
      'lut',
      'convert',
      drum,
      out('a.npy'),
      '-o',
      out('report.txt'),
    ]);
    assert.deepEqual([stdout, code], ['', 0]);
    assert.match(readFileSync(out('report.txt'), 'utf8'), /65,536 products/);
  });

  test('converts derivatives', async () => {
    const table = Float32Array.from({ length: 16 }, (_, i) => (i === 3 ? -0 : (i - 7) / 3));
    const operands = { activation: 'int8', weight: 'uint8', bits: 2 } as const;
    writeFileSync(out('d.npy'), encodeTable({ ...operands, table }, { format: 'npy' }));
    let input = out('d.npy');
    for (const [name, format] of [
      ['d.txt', 'text'],
      ['d.h', 'c'],
      ['d.csv', 'csv'],
      ['d.bin', 'f32'],
    ] as const) {
      const report = await convert(input, out(name), '--gradient', '--types', 'int8xuint8');
      assert.deepEqual([report.holds, report.sha256, report.output.format], ['derivatives', null, format]);
      input = out(name);
      const again = readGradientTable(readFileSync(input), operands, input);
      assert.ok(
        again.every((value, i) => Object.is(value, table[i])),
        name,
      );
    }
  });

  const junk = out('junk');
  writeFileSync(junk, 'junk');
  writeFileSync(out('copy.txt'), readFileSync(drum));
  const refused: [string, string[], RegExp][] = [
    ['no output', [drum], /missing required argument 'out'/],
    [
      'an unknown extension',
      [drum, out('x.xyz')],
      /x\.xyz: the extension names no format, expected \.txt, .*--to/,
    ],
    ['an unknown format', [drum, out('x.txt'), '--to', 'xls'], /--to .*'xls' is invalid/],
    ['an unknown order', [drum, out('x.txt'), '--order', 'up'], /--order: 'up', expected aw or wa/],
    ['two orders of one kind', [drum, out('x.txt'), '--order', 'aw,wa'], /--order: 'aw,wa', expected/],
    ['a missing file', [out('none.txt'), out('x.txt')], /none\.txt: cannot read it: no such file/],
    ['a file that is no table', [junk, out('x.txt')], /junk:1: expected/],
    [
      'to overwrite its input',
      [out('copy.txt'), out('copy.txt'), '--to', 'csv'],
      /copy\.txt is read by this command too/,
    ],
    ['two outputs of one name', [drum, out('x.txt'), '-o', out('x.txt')], /is written by <out> too/],
    [
      'a missing folder',
      [drum, join(folder, 'none', 'x.txt')],
      /cannot write it: the folder .* does not exist/,
    ],
    [
      'a format that does not hold the table',
      [drum, out('x.bin'), '--to', 'u16'],
      /-\d+ does not fit u16 .*--to i32/,
    ],
    [
      'derivatives of unknown operands',
      [drum, out('x.bin'), '--gradient'],
      /derivatives do not tell the operands; .*--types/,
    ],
    [
      'derivatives in another order',
      [drum, out('x.bin'), '--gradient', '--types', 'int8', '--transpose'],
      /always ascending/,
    ],
    [
      'what it cannot understand',
      [out('noise.txt'), out('x.bin')],
      /cannot tell the operand types: .*--types int8, uint8/,
    ],
  ];
  writeFileSync(out('noise.txt'), Array.from({ length: 65536 }, (_, i) => (i * 40503) % 65536).join(' '));
  test('ends with code 2 and one line on stderr where a path is missing', async () => {
    const { stdout, stderr, code } = await approxtorch(['lut', 'convert', out('none.txt'), out('x.txt')]);
    assert.match(stderr, /^approxtorch: [^\n]+none[^\n]+\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });

  for (const [what, args, pattern] of refused) {
    test(`refuses ${what} in one line`, async () => {
      const { stdout, stderr, code } = await runFake(['lut', 'convert', ...args]);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, pattern);
      assert.deepEqual([stdout, code], ['', 2]);
      assert.ok(!existsSync(out('x.txt')) && !existsSync(out('x.bin')));
      assert.deepEqual(readFileSync(out('copy.txt')), readFileSync(drum));
    });
  }
});
