import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import type { EvalReport } from '../../src/report/results.js';
import { approxtorch } from '../cli/spawn.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const model = sharedData('models', 'resnet20-cifar10-akamaster.folded.op17.onnx');
const data = sharedData('cifar10');

/** A table, further flags, and the least accuracy in percent that five epochs with default options must reach. */
const RUNS = [
  ['mul8s_1KVL', [], 90],
  ['mul8s_1KVL', ['--distill', '0.5'], 90.3],
  ['mul8s_1KX2', [], 91],
  ['mul8s_1L2H', [], 91],
] as const;

describe('ResNet-20, retrained on 4 000 images, on the whole test set of CIFAR-10', () => {
  for (const [table, flags, least] of RUNS) {
    const lut = sharedData('luts', 'evoapprox-signed', `${table}.txt`);
    test([table, ...flags].join(' '), needs(model, data, lut), async () => {
      const tuned = join(folder, 'tuned.onnx');
      const output = join(folder, 'report.json');
      const common = ['--lut', lut ?? '', '--quiet', '--format', 'json', '--output', output];
      const preprocess = ['--preprocess', 'cifar10-imagenet-stats'];
      const args = ['finetune', model ?? '', '--data', data ?? '', ...preprocess, '--save', tuned, ...common];
      const training = await approxtorch([...args, ...flags]);
      assert.equal(training.code, 0, training.stderr);
      const report = JSON.parse(readFileSync(output, 'utf8')) as FinetuneReport;
      assert.equal(report.dataset.testSamples, 10_000);
      const reached = 100 * (report.after.approx?.top1 ?? 0);
      assert.ok(reached >= least, `${reached} %, expected at least ${least} %`);

      const evaluation = await approxtorch(['eval', tuned, ...common]);
      assert.equal(evaluation.code, 0, evaluation.stderr);
      const repeated = JSON.parse(readFileSync(output, 'utf8')) as EvalReport;
      assert.equal(repeated.results.approx.correct, report.after.approx?.correct);
    });
  }
});
