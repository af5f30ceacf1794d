import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadConfig } from '../../src/config/load.js';
import { evalSchema } from '../../src/config/schema.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
let files = 0;

function config(text: string | Uint8Array, extension = 'yaml'): string {
  const path = join(folder, `config${files++}.${extension}`);
  writeFileSync(path, text);
  return path;
}

describe('configuration files', () => {
  test('YAML with typed values', async () => {
    const path = config(
      'lut: exact\nlimit: 100\nskip-first: true # a comment\nmean: [0.1, 0.2, 0.3]\ncrop: [224, 200]\nbaselines: [float]\nlayer:\n  - conv1=float\n',
    );
    assert.deepEqual(await loadConfig(path, evalSchema), {
      lut: 'exact',
      limit: 100,
      'skip-first': true,
      mean: [0.1, 0.2, 0.3],
      crop: [224, 200],
      baselines: { float: true, exact: false },
      layer: [{ pattern: 'conv1', lut: 'float' }],
    });
  });

  test('JSON, also indented with tabs', async () => {
    const path = config('{\n\t"qmethod": "dynamic,sample,channel",\n\t"scale": 0.00392157\n}\n', 'json');
    assert.deepEqual(await loadConfig(path, evalSchema), {
      qmethod: { mode: 'dynamic', activation: 'sample', weight: 'channel' },
      scale: 0.00392157,
    });
  });

  test('relative paths start from the folder of the file, words stay', async () => {
    const path = config(
      'model: net.onnx\nlut: ../mult.txt\ndata: synthetic-digits\npreprocess: mnist\noutput: /abs/out.json\nlayer: ["a=b.txt", "c=exact"]\n',
    );
    const settings = await loadConfig(path, evalSchema);
    assert.equal(settings.model, join(folder, 'net.onnx'));
    assert.equal(settings.lut, join(folder, '../mult.txt'));
    assert.equal(settings.data, 'synthetic-digits');
    assert.equal(settings.preprocess, 'mnist');
    assert.equal(settings.output, '/abs/out.json');
    assert.deepEqual(settings.layer, [
      { pattern: 'a', lut: join(folder, 'b.txt') },
      { pattern: 'c', lut: 'exact' },
    ]);
    assert.equal(
      (await loadConfig(config('preprocess: mine.yaml'), evalSchema)).preprocess,
      join(folder, 'mine.yaml'),
    );
  });

  const refused: [string, string | Uint8Array, RegExp[]][] = [
    [
      'an unknown name',
      'lut: exact\nlimmit: 3\n',
      [/\.yaml:2: limmit: unknown setting; did you mean "limit"\?/],
    ],
    [
      'camel case',
      'lut: exact\n\nweightBits: 3\n',
      [/\.yaml:3: weightBits: unknown setting; did you mean "weight-bits"\?/],
    ],
    [
      'a value out of range',
      'lut: exact\nbatch:\n  0\n',
      [/\.yaml:2: batch: expected a whole number from 1 to 65536, or auto, got 0/],
    ],
    ['a wrong type', 'skip-first: "yes"\n', [/:1: skip-first: expected true or false, got "yes"/]],
    ['NaN', 'scale: .nan\n', [/:1: scale: expected a number above 0, got NaN/]],
    ['a nested value', 'lut: {a: {b: c}}\n', [/:1: lut: /]],
    ['nothing for a name', 'lut:\n', [/:1: lut: .*got null/]],
    ['broken YAML', 'lut: "exact\nbatch: 3\n', [/\.yaml:\d+: /]],
    ['a name twice', 'lut: exact\nlut: exact\n', [/\.yaml:2: .*unique/]],
    ['a list', '- lut\n', [/expected settings such as/]],
    ['an empty file', '', [/expected settings such as/]],
    ['binary junk', Uint8Array.of(0xff, 0xfe, 0, 1), [/is not text in UTF-8/]],
    ['a huge file', 'a'.repeat(2 ** 20 + 1), [/has 1048577 bytes/]],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      [/\.yaml: /],
    ],
    ['a prototype', '__proto__: {lut: exact}\n', [/__proto__: unknown setting/]],
  ];
  for (const [what, text, patterns] of refused) {
    test(`refuses ${what} and says where`, async () => {
      await assert.rejects(loadConfig(config(text), evalSchema), userError(...patterns));
    });
  }

  test('a missing file and a folder', async () => {
    await assert.rejects(
      loadConfig(join(folder, 'none.yaml'), evalSchema),
      userError(/none\.yaml: cannot read it/),
    );
    await assert.rejects(loadConfig(folder, evalSchema), userError(/is a directory/));
  });
});
