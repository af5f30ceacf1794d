import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Split } from '../../src/data/dataset.js';
import { openDataset } from '../../src/data/open.js';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import type { EvalReport } from '../../src/report/results.js';
import { encodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const model = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'truncated4_int8.txt');

/** A few digits as a folder of .npy files: little to train on and to measure on. */
async function writeDigits(split: Split, count: number): Promise<void> {
  const { pixels, shape, labels } = await (await openDataset('synthetic-digits', { split })).read(0, count);
  writeFileSync(out(`x_${split}.npy`), encodeNpy([count, ...shape], pixels));
  writeFileSync(out(`y_${split}.npy`), encodeNpy([count], labels));
}

before(async () => {
  await writeDigits('train', 256);
  await writeDigits('test', 100);
});

const basic = ['finetune', model, '--data', folder, '--batch', '32', '--calibrate', '32'];
const quick = [...basic, '--threads', '1', '--device', 'cpu'];

describe('approxtorch finetune', () => {
  test('retrains, and eval repeats the accuracy from the written model alone', async () => {
    const tuned = out('tuned.onnx');
    const { stdout, stderr, code } = await approxtorch([
      ...quick,
      ...['--lut', lut, '--epochs', '3', '-o', tuned, '--lr', '0.05', '--skip-first'],
      ...['--log', out('log.jsonl'), '--plot', out('curve.svg'), '--format', 'json'],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^(approxtorch: epoch \d\/3: loss .*\n){3}$/);
    const report = JSON.parse(stdout) as FinetuneReport;
    assert.equal(report.training.stopped, 'finished');
    assert.equal(report.curve.length, 3);
    assert.ok(report.after.approx!.top1 > report.before.approx!.top1 + 0.2, 'it learns');
    assert.equal(createHash('sha256').update(readFileSync(tuned)).digest('hex'), report.output.sha256);

    const evaluation = await approxtorch([
      'eval',
      tuned,
      '--lut',
      lut,
      '--format',
      'json',
      '--device',
      'cpu',
    ]);
    assert.equal(evaluation.stderr, '');
    const { results, dataset, quantization, layers } = JSON.parse(evaluation.stdout) as EvalReport;
    assert.deepEqual([dataset.split, dataset.samples], ['test', 100]);
    assert.equal(quantization.calibrationSource, 'the retraining');
    assert.equal(layers[0]?.approximated, false);
    for (const variant of ['float', 'exact', 'approx'] as const) {
      assert.equal(results[variant]?.correct, report.after[variant]?.correct, variant);
      assert.equal(results[variant]?.loss, report.after[variant]?.loss, variant);
    }

    const inspected = await approxtorch(['inspect', tuned]);
    assert.match(inspected.stdout, /^retrained for truncated4_int8 \(int8×int8, .*· 3 epochs/m);
    assert.match(readFileSync(out('curve.svg'), 'utf8'), /^<svg /);
    const records = readFileSync(out('log.jsonl'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      records.map((line) => (JSON.parse(line) as { type: string }).type),
      Array.from({ length: 3 }, () => [...Array<string>(8).fill('step'), 'epoch']).flat(),
    );
  });

  test('trains in float, for people', async () => {
    const { stdout, stderr, code } = await approxtorch([
      ...['finetune', model, '--data', folder, '--batch', '64', '--threads', '1', '--device', 'cpu', '-q'],
      ...['--lut', 'float', '--epochs', '1', '-o', out('float.onnx')],
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /lenet-digits\.onnx retrained in float32$/m);
    assert.match(stdout, /^float32 +\d+\.\d\d .*[+−]?\d+\.\d\d$/m);
    assert.match(stdout, /^ {2}approxtorch eval \S+float\.onnx --lut exact$/m);
  });

  const refused: [string, string[], RegExp][] = [
    ['a pattern without a match', ['--lut', lut, '--train-only', 'cnov1'], /--train-only.*cnov1/],
    [
      'a table of gradients that is none',
      ['--lut', lut, '--gradient', 'table', '--gradient-activation', lut, '--gradient-weight', model],
      /lenet-digits\.onnx:/,
    ],
    ['a teacher that is none', ['--lut', lut, '--distill', '0.5', '--teacher', lut], /truncated4_int8\.txt/],
  ];
  for (const [what, args, expected] of refused) {
    test(`refuses ${what} in one line`, async () => {
      const target = out('never.onnx');
      const { stdout, stderr, code } = await approxtorch([...quick, ...args, '-o', target, '-q']);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      assert.ok(!existsSync(target));
    });
  }

  for (const interruptBy of ['SIGINT', 'SIGTERM'] as const) {
    test(`${interruptBy} ends with a checkpoint and code 130`, async () => {
      const target = out(`${interruptBy}.onnx`);
      const run = out(interruptBy);
      const args = [...quick, '--lut', lut, '--epochs', '500', '-o', target, '--checkpoint', run];
      const { stdout, stderr, code, signal } = await approxtorch(args, {
        interruptOn: /epoch 1\/500/,
        interruptBy,
      });
      assert.equal(code, 130, `${code} ${signal} ${stderr}`);
      assert.equal(stdout, '');
      assert.match(stderr, /stopping after this step, with a checkpoint; once more ends at once$/m);
      assert.match(stderr, /approxtorch: interrupted.*--resume[^\n]*\n$/);
      assert.equal(readdirSync(run).length, 1);
      assert.ok(!existsSync(target));
    });
  }
});
