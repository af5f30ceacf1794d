import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';
import { Random } from '../../src/util/random.js';
import { approxtorch, binary } from '../cli/spawn.js';
import { temporaryFolder } from '../support/temporary.js';
import { writeConvolutional, writeImages } from '../train/finetune_fixture.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const lut = packagePath('luts', 'broken_array9_int8.txt');
/** Many short epochs, with a checkpoint after each. */
const args = (save: string, ...more: string[]) => [
  ...['finetune', path('model.onnx'), '--lut', lut, '--data', path('data'), '--scale', '1'],
  ...[
    '--save',
    path(save),
    '--epochs',
    '1000',
    '--batch',
    '16',
    '--val-split',
    '0.2',
    '--ema',
    '0.9',
    ...more,
  ],
];

before(() => {
  mkdirSync(path('data'));
  writeImages(path('data'), 100, 30);
  writeConvolutional(path('model.onnx'));
});

/** Runs the executable, and kills it without a warning after so many ms; whether it had ended by itself. */
function killed(delay: number, ...more: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [binary, ...args('killed.onnx', ...more)], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`it ended with code ${code}`));
    });
  });
}

describe('a training that is killed', () => {
  test('again and again, goes on to the same model', async () => {
    const whole = await approxtorch(args('whole.onnx'));
    assert.equal(whole.code, 0, whole.stderr);
    const random = new Random(1);
    let kills = 0;
    while (!(await killed(random.between(500, 2000), '--checkpoint', path('run'), '--resume'))) {
      assert.ok(++kills < 60, 'it never ends');
    }
    assert.ok(kills > 2, `${kills} kills`);
    assert.deepEqual(readdirSync(path('run')), ['latest.ckpt']);
    assert.deepEqual(readFileSync(path('killed.onnx')), readFileSync(path('whole.onnx')));
  });

  test('by a full disk, says so in one line', {
    skip: process.platform !== 'linux' && 'needs /dev/full',
  }, async () => {
    mkdirSync(path('full'));
    const run = approxtorch(args('full.onnx', '--checkpoint', path('full')));
    // Only once it has looked for a checkpoint; again and again, since it replaces what it finds.
    const appear = setInterval(() => {
      if (!readdirSync(path('full')).includes('latest.ckpt')) return;
      symlinkSync('/dev/full', path('full/disk'));
      renameSync(path('full/disk'), path('full/latest.ckpt'));
    }, 20);
    const { code, stderr } = await run;
    clearInterval(appear);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^approxtorch: .*latest\.ckpt: cannot write it: no space left$/m);
  });
});
