import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { families } from '../../src/multiplier/generate/families.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { MadeTableReport } from '../../src/report/lut/made_results.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const drum4 = generateMultiplier('drum', {
  activation: 'int8',
  weight: 'int8',
  bits: 5,
  signMagnitude: true,
  parameters: { k: 4 },
});
const drum4Flags = ['drum', '--k', '4', '--types', 'int8', '--bits', '5', '--sign-magnitude'];
const generate = (...args: string[]) => approxtorch(['lut', 'generate', ...args]);

describe('approxtorch lut generate', () => {
  test('lists the families, and the parameters of each', async () => {
    const { stdout, code } = await generate('--help');
    assert.equal(code, 0);
    for (const { name } of families) assert.match(stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
    const family = await generate('broken-array', '--help');
    assert.equal(family.code, 0);
    assert.match(family.stdout, /--vertical-break <n>/);
    assert.match(family.stdout, /--types <types> +operands, activation x weight .*default: "int8"/s);
    assert.match((await generate('drum', '--help')).stdout, /default: "uint8"/);
  });

  test('prints the table alone on stdout', async () => {
    const { stdout, stderr, code } = await generate(...drum4Flags);
    assert.deepEqual([stderr, code], ['', 0]);
    assert.equal(stdout, encodeTable(drum4, { format: 'text' }));
    writeFileSync(out('piped.txt'), stdout);
    assert.equal((await loadMultiplier(out('piped.txt'))).multiplier.sha256, drum4.sha256);
  });

  test('writes a file in the format of its extension, or as stated, and reports for people', async () => {
    for (const [name, flags, words] of [
      ['d.npy', [], '\\.npy'],
      ['d.bin', [], 'raw int16, little-endian'],
      ['d.h', [], 'C array'],
      ['d.table', ['--to', 'csv'], 'text matrix with commas'],
    ] as const) {
      const { stdout, stderr, code } = await generate(...drum4Flags, '-o', out(name), ...flags);
      assert.deepEqual([stderr, code], ['', 0]);
      assert.match(
        stdout,
        /^drum_k4_int8_5bit\nint8 × int8, 5 bits · sha256 [0-9a-f]{8}\ndrum --k 4 --sign-magnitude · Hashemi/,
      );
      assert.match(stdout, /^MAE [\d.]+ · MRED/m);
      assert.match(stdout, new RegExp(`^written to \\S+${name}\\s+\\(${words}\\)$`, 'm'));
      assert.equal((await loadMultiplier(out(name))).multiplier.sha256, drum4.sha256);
    }
  });

  test('gives one document to scripts, with the table where no file was written', async () => {
    const bare = JSON.parse((await generate(...drum4Flags, '--format', 'json')).stdout) as MadeTableReport;
    const { schemaVersion, command, sha256, activation, weight, bits, output, table, origin } = bare;
    assert.deepEqual(
      [schemaVersion, command, sha256, activation, weight, bits],
      [1, 'lut generate', drum4.sha256, 'int8', 'int8', 5],
    );
    assert.equal(output, null);
    assert.deepEqual(table!.flat(), [...drum4.table]);
    assert.deepEqual(origin, {
      kind: 'family',
      family: 'drum',
      parameters: { k: 4 },
      signMagnitude: true,
      source: families.find(({ name }) => name === 'drum')!.source,
    });
    const written = JSON.parse(
      (await generate(...drum4Flags, '-o', out('j.txt'), '--format', 'json')).stdout,
    ) as MadeTableReport;
    assert.deepEqual([written.table, written.output], [null, { file: out('j.txt'), format: 'text' }]);
  });

  test('makes the tables that ship', async () => {
    const { stdout } = await generate('mitchell', '--types', 'int8', '--sign-magnitude');
    assert.equal(stdout, readFileSync(packagePath('luts', 'mitchell_int8.txt'), 'utf8'));
  });

  const refused: [string, string[], RegExp][] = [
    ['an unknown family', ['drumm'], /unknown command 'drumm'/],
    ['a missing parameter', ['drum'], /drum: --k is missing/],
    ['a parameter out of range', ['drum', '--k', '9'], /--k: expected a whole number from 1 to 8/],
    ['a parameter that is no number', ['drum', '--k', 'x'], /--k: expected a whole number/],
    ['an unknown parameter', ['drum', '--k', '3', '--seed', '1'], /unknown option '--seed'/],
    [
      'a width that is none',
      ['drum', '--k', '3', '--bits', '9'],
      /--bits: expected a whole number from 2 to 8, got 9/,
    ],
    [
      'operands that the family is not defined on',
      ['drum', '--k', '3', '--types', 'int8'],
      /unsigned operands only/,
    ],
    [
      'an unknown extension',
      ['drum', '--k', '3', '-o', out('x.xyz')],
      /x\.xyz: the extension names no format/,
    ],
    [
      'a format that does not hold the table',
      ['exact', '-o', out('x.bin'), '--to', 'u16'],
      /does not fit u16/,
    ],
    [
      'a format without a file',
      ['drum', '--k', '3', '--to', 'npy'],
      /--to: npy is for a file, and stdout gets text; name a file with --output/,
    ],
    [
      'a missing folder',
      ['drum', '--k', '3', '-o', join(folder, 'none', 'x.txt')],
      /the folder .* does not exist/,
    ],
  ];
  test('ends with code 2 and one line on stderr where a path is missing', async () => {
    const { stdout, stderr, code } = await approxtorch([
      'lut',
      'generate',
      'drum',
      '--k',
      '3',
      '-o',
      join(folder, 'none', 'x.txt'),
    ]);
    assert.match(stderr, /^approxtorch: [^\n]+none[^\n]+\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });

  for (const [what, args, pattern] of refused) {
    test(`refuses ${what} in one line`, async () => {
      const { stdout, stderr, code } = await runFake(['lut', 'generate', ...args]);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, pattern);
      assert.deepEqual([stdout, code], ['', 2]);
      assert.ok(!existsSync(out('x.xyz')) && !existsSync(out('x.bin')));
    });
  }
});
