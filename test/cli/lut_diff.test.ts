import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createMultiplier, exactMultiplier } from '../../src/multiplier/create.js';
import { encodeTable, type WriteOptions } from '../../src/multiplier/formats/write.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import { transpose } from '../../src/multiplier/transpose.js';
import type { DiffReport } from '../../src/report/lut/diff_results.js';
import { packagePath } from '../../src/util/paths.js';
import { randomMultiplier } from '../multiplier/random_tables.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const drum = packagePath('luts', 'drum2_int8.txt');
const lopsided = generateMultiplier('broken-array', {
  activation: 'uint8',
  weight: 'uint8',
  bits: 8,
  signMagnitude: false,
  parameters: { 'horizontal-break': 3, 'vertical-break': 5 },
});

function write(name: string, multiplier: Multiplier, options: WriteOptions): string {
  writeFileSync(out(name), encodeTable(multiplier, options));
  return out(name);
}

async function diff(...args: string[]): Promise<{ report: DiffReport; code: number | null }> {
  const { stdout, stderr, code } = await approxtorch(['lut', 'diff', ...args, '--format', 'json']);
  assert.equal(stderr, '');
  return { report: JSON.parse(stdout) as DiffReport, code };
}

describe('approxtorch lut diff', () => {
  test('explains itself', async () => {
    const { stdout, code } = await approxtorch(['lut', 'diff', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /Exit code 1 where they are not\s+the\s+same\s+multiplier/);
  });

  test('finds tables equal whatever their files look like: exit code 0', async () => {
    const { multiplier } = { multiplier: exactMultiplier('int8', 'int8') };
    const first = write('exact.h', multiplier, { format: 'c' });
    const second = write('exact.bin', multiplier, { format: 'i16', transposed: true });
    const { stdout, stderr, code } = await approxtorch(['lut', 'diff', first, second]);
    assert.deepEqual([stderr, code], ['', 0]);
    assert.match(stdout, /known as\s+mul8s_1KV8 \(EvoApproxLib\)/);
    assert.match(
      stdout,
      /^Equal: all 65,536 products\. \(The files differ in the order of the operands:\s+0…127,-128…-1\s+by/m,
    );
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
    const { report } = await diff(first, second);
    assert.deepEqual(
      [report.schemaVersion, report.command, report.equal, report.mistakes],
      [1, 'lut diff', true, []],
    );
    assert.equal(report.entries?.differing, 0);
  });

  test('names the mistake that turns one into the other: exit code 1', async () => {
    const first = write('lopsided.txt', lopsided, { format: 'text' });
    const second = write('lopsided.npy', transpose(lopsided), { format: 'npy' });
    const { stdout, code } = await approxtorch(['lut', 'diff', first, second, '--order', 'aw']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^Different: [\d,]+ of 65,536 products \(\d+\.\d+ %\), by \d+ at most, [\d.]+ on average\.$/m,
    );
    assert.match(
      stdout,
      /^Explained: the second is transposed: activations and weights have changed places\.$/m,
    );
    assert.match(stdout, /^quadrant +entries +differing/m);
    assert.match(stdout, /^worst entries$/m);
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
  });

  test('gives one document to scripts', async () => {
    const table = lopsided.table.slice();
    table[3 * 256 + 7]! += 100;
    table[200 * 256 + 9]! -= 7;
    const changed = createMultiplier('x', 'uint8', 'uint8', 8, table);
    const { report, code } = await diff(
      write('a.txt', lopsided, { format: 'text' }),
      write('b.csv', changed, { format: 'csv' }),
      '--order',
      'aw',
    );
    assert.equal(code, 1);
    assert.deepEqual([report.equal, report.mistakes, report.warnings], [false, [], []]);
    assert.equal(report.second.sha256, changed.sha256);
    assert.deepEqual(report.second.origin, { format: 'csv', rowOrder: '0…255', columnOrder: '0…255' });
    const { differing, total, largest, meanAbsolute, first, worst, quadrants } = report.entries!;
    assert.deepEqual([differing, total, largest, meanAbsolute], [2, 65536, 100, 107 / 65536]);
    assert.deepEqual(
      first.map(({ activation, weight }) => [activation, weight]),
      [
        [3, 7],
        [200, 9],
      ],
    );
    assert.deepEqual(worst, first);
    assert.deepEqual(
      quadrants.map((quadrant) => quadrant.differing),
      [1, 0, 1, 0],
    );
  });

  test('reads a file that does not tell its operands like the other one', async () => {
    const noise = write('noise.npy', randomMultiplier('int8', 4, 'signed 16 bits', 3), { format: 'npy' });
    const exact = write('exact4.txt', exactMultiplier('int8', 'int8', 4), { format: 'text' });
    for (const files of [
      [noise, exact],
      [exact, noise],
    ]) {
      const { report, code } = await diff(...files);
      assert.equal(code, 1);
      assert.deepEqual([report.first.activation, report.second.activation], ['int8', 'int8']);
      assert.ok(report.entries!.differing > 200);
      assert.match(report.warnings.join(), /noise\.npy: read as .* not close to the exact product/);
    }
    const mixed = exactMultiplier('uint8', 'int8', 4);
    const { report } = await diff(noise, write('mixed.txt', mixed, { format: 'text' }));
    assert.deepEqual([report.first.activation, report.first.weight], ['uint8', 'int8']);
  });

  test('says where operands have no entries in common, and where that is a transposition', async () => {
    const first = write('mixed.npy', exactMultiplier('int8', 'uint8'), { format: 'npy' });
    const narrow = await approxtorch([
      'lut',
      'diff',
      first,
      write('narrow.txt', exactMultiplier('int8', 'uint8', 4), { format: 'text' }),
    ]);
    assert.match(narrow.stdout, /^The operands differ; the tables have no entries in common\.$/m);
    assert.doesNotMatch(narrow.stdout, /Explained/);
    const second = write('exchanged.npy', exactMultiplier('uint8', 'int8'), { format: 'npy' });
    const { stdout, code } = await approxtorch(['lut', 'diff', first, second]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^The operands differ; the tables have no entries in common\.\nExplained: the second is transposed/m,
    );
    const { report } = await diff(first, second);
    assert.equal(report.entries, null);
    assert.equal(report.mistakes.length, 1);
  });

  test('writes its report to a file', async () => {
    const { stdout, code } = await approxtorch(['lut', 'diff', drum, drum, '-o', out('report.txt')]);
    assert.deepEqual([stdout, code], ['', 0]);
    assert.match(readFileSync(out('report.txt'), 'utf8'), /^Equal: all 65,536 products\.$/m);
  });

  const noise = write('n.txt', randomMultiplier('int8', 8, 'all of int32', 4), { format: 'text' });
  const refused: [string, string[], RegExp][] = [
    ['a single file', [drum], /missing required argument 'second'/],
    ['a missing file', [drum, out('none.txt')], /none\.txt: cannot read it: no such file/],
    ['files of which neither tells its operands', [noise, noise], /n\.txt: cannot tell the operand types/],
    ['to overwrite a table', [drum, noise, '-o', noise], /n\.txt is read by this command too/],
    ['types that are none', [drum, drum, '--types', 'int4'], /--types .*'int4' is invalid/],
    ['a format that a file does not have', [drum, drum, '--from', 'npy'], /not an \.npy file/],
  ];
  test('ends with code 2 and one line on stderr where a path is missing', async () => {
    const { stdout, stderr, code } = await approxtorch(['lut', 'diff', drum, out('none.txt')]);
    assert.match(stderr, /^approxtorch: [^\n]+none[^\n]+\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });

  for (const [what, args, pattern] of refused) {
    test(`refuses ${what} in one line: exit code 2`, async () => {
      const { stdout, stderr, code } = await runFake(['lut', 'diff', ...args]);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, pattern);
      assert.deepEqual([stdout, code], ['', 2]);
    });
  }
});
