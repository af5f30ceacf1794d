import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Split } from '../../src/data/dataset.js';
import { openDataset } from '../../src/data/open.js';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { difference } from '../../src/multiplier/gradient/difference.js';
import { lre } from '../../src/multiplier/gradient/linear.js';
import { loadGradientTables } from '../../src/multiplier/gradient/load.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import type { GradientReport } from '../../src/report/lut/gradient_results.js';
import { encodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const lut = packagePath('luts', 'broken_array9_int8.txt');
const gradient = (...args: string[]) => approxtorch(['lut', 'gradient', ...args]);

describe('approxtorch lut gradient', () => {
  test('explains itself', async () => {
    const { stdout, code } = await gradient('--help');
    assert.equal(code, 0);
    assert.match(stdout, /--method <method>/);
    assert.match(stdout, /grad\.npy writes grad\.activation\.npy/);
  });

  test('writes two tables, and says how to use them', async () => {
    const { stdout, stderr, code } = await gradient(lut, '--method', 'difference', '-o', out('g.h'));
    assert.deepEqual([stderr, code], ['', 0]);
    assert.match(stdout, /difference, window 32 · C array, a row per activation, operands\s+ascending/);
    assert.match(stdout, /^∂T\/∂a {2}\S+g\.activation\.h: −?[\d.]+ … [\d.]+$/m);
    assert.match(
      stdout,
      /--gradient table --gradient-activation\s+\S+g\.activation\.h\s+--gradient-weight\s+\S+g\.weight\.h/,
    );
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
    const { multiplier } = await loadMultiplier(lut, { order: 'aw' });
    assert.deepEqual(
      await loadGradientTables(multiplier, out('g.activation.h'), out('g.weight.h')),
      difference(multiplier),
    );
  });

  test('gives one document to scripts', async () => {
    const { multiplier } = await loadMultiplier(lut, { order: 'aw' });
    for (const [name, flags, window, expected] of [
      ['l.csv', ['--method', 'lre'], null, lre(multiplier)],
      ['d.npy', ['--method', 'difference', '--window', '5'], 5, difference(multiplier, 5)],
      ['d.bin', ['--method', 'difference'], 32, difference(multiplier)],
      ['d.list', ['--method', 'lre', '--to', 'triples'], null, lre(multiplier)],
    ] as const) {
      const { stdout, stderr, code } = await gradient(lut, ...flags, '-o', out(name), '--format', 'json');
      assert.deepEqual([stderr, code], ['', 0]);
      const report = JSON.parse(stdout) as GradientReport;
      assert.deepEqual(
        [report.schemaVersion, report.command, report.sha256, report.window],
        [1, 'lut gradient', multiplier.sha256, window],
      );
      const { activation, weight } = report.output;
      assert.deepEqual(await loadGradientTables(multiplier, activation, weight), expected);
    }
  });

  test('of a table whose axes may be exchanged warns', async () => {
    writeFileSync(out('mixed.txt'), encodeTable(exactMultiplier('int8', 'uint8', 4), { format: 'text' }));
    const run = async (...flags: string[]) => {
      const { stdout } = await gradient(
        out('mixed.txt'),
        '--method',
        'lre',
        '-o',
        out('m.txt'),
        '--format',
        'json',
        ...flags,
      );
      return (JSON.parse(stdout) as GradientReport).warnings;
    };
    assert.match(
      (await run())[0]!,
      /rows were taken as activations and columns as weights: confirm with --order aw/,
    );
    assert.deepEqual(await run('--order', 'aw'), []);
  });

  writeFileSync(out('in.activation.txt'), readFileSync(lut));
  const refused: [string, string[], RegExp][] = [
    ['no method', [lut, '-o', out('x.npy')], /required option '--method/],
    ['no output', [lut, '--method', 'lre'], /required option '-o, --output/],
    [
      'a window for lre',
      [lut, '--method', 'lre', '--window', '3', '-o', out('x.npy')],
      /--window: goes with --method difference/,
    ],
    [
      'a window that is no number',
      [lut, '--method', 'difference', '--window', 'wide', '-o', out('x.npy')],
      /--window: 'wide', expected a whole number/,
    ],
    [
      'an empty window',
      [lut, '--method', 'difference', '--window', '', '-o', out('x.npy')],
      /--window: '', expected a whole number/,
    ],
    [
      'a window that leaves nothing',
      [lut, '--method', 'difference', '--window', '127', '-o', out('x.npy')],
      /window .* expected an integer from 0 to 126/,
    ],
    [
      'an unknown extension',
      [lut, '--method', 'lre', '-o', out('x.xyz')],
      /x\.activation\.xyz: the extension names no format/,
    ],
    [
      'a format of integers',
      [lut, '--method', 'lre', '-o', out('x.bin'), '--to', 'i32'],
      /derivatives do not fit i32; write them with --to f32/,
    ],
    ['a missing file', [out('none.txt'), '--method', 'lre', '-o', out('x.npy')], /none\.txt: cannot read it/],
    [
      'to overwrite its input',
      [out('in.activation.txt'), '--method', 'lre', '-o', out('in.txt')],
      /in\.activation\.txt is read by this command too/,
    ],
  ];
  test('ends with code 2 and one line on stderr where a path is missing', async () => {
    const { stdout, stderr, code } = await approxtorch([
      'lut',
      'gradient',
      out('none.txt'),
      '--method',
      'lre',
      '-o',
      out('x.npy'),
    ]);
    assert.match(stderr, /^approxtorch: [^\n]+none[^\n]+\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });

  for (const [what, args, pattern] of refused) {
    test(`refuses ${what} in one line`, async () => {
      const { stdout, stderr, code } = await runFake(['lut', 'gradient', ...args]);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, pattern);
      assert.deepEqual([stdout, code], ['', 2]);
      assert.ok(!existsSync(out('x.activation.npy')));
    });
  }
});

describe('finetune --gradient table', () => {
  /** A few digits as .npy files: little to train on. */
  async function writeDigits(split: Split, count: number): Promise<void> {
    const { pixels, shape, labels } = await (await openDataset('synthetic-digits', { split })).read(0, count);
    writeFileSync(out(`x_${split}.npy`), encodeNpy([count, ...shape], pixels));
    writeFileSync(out(`y_${split}.npy`), encodeNpy([count], labels));
  }

  before(async () => {
    await writeDigits('train', 64);
    await writeDigits('test', 32);
  });

  test('takes the tables in any format, and trains as if it had made them itself', async () => {
    const train = async (...flags: string[]) => {
      const { stdout, stderr, code } = await approxtorch([
        ...[
          'finetune',
          packagePath('models', 'lenet-digits.onnx'),
          '--data',
          folder,
          '--lut',
          lut,
          '-o',
          out('tuned.onnx'),
        ],
        ...['--batch', '32', '--calibrate', '32', '--epochs', '1', '--threads', '1', '--device', 'cpu', '-q'],
        ...['--lut-order', 'aw', '--format', 'json', ...flags],
      ]);
      assert.deepEqual([stderr, code], ['', 0]);
      return (JSON.parse(stdout) as FinetuneReport).curve[0]!.loss;
    };
    const expected = await train('--gradient', 'difference');
    for (const [activation, weight] of [
      ['npy', 'csv'],
      ['h', 'bin'],
    ]) {
      for (const extension of [activation, weight]) {
        const { code } = await gradient(
          lut,
          '--order',
          'aw',
          '--method',
          'difference',
          '-o',
          out(`grad.${extension}`),
        );
        assert.equal(code, 0);
      }
      const loss = await train(
        ...['--gradient', 'table', '--gradient-activation', out(`grad.activation.${activation}`)],
        ...['--gradient-weight', out(`grad.weight.${weight}`)],
      );
      assert.equal(loss, expected);
    }
    assert.notEqual(await train('--gradient', 'ste'), expected);
  });
});
