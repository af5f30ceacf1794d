import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalRequest } from '../../src/eval/settings.js';
import { runFinetune } from '../../src/train/run_finetune.js';
import { temporaryFolder } from '../support/temporary.js';
import { finetuneSettings, writeConvolutional, writeImages } from '../train/finetune_fixture.js';
import { measuredPhases } from './phases.js';
import { bench, demoModel, entry, lasting, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const lut = shipped('broken_array9_int8');
const [data, model, teacher] = ['data', 'model.onnx', 'teacher.onnx'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const models = [{ file: model, data, scale: 1 }];
const training = { epochs: 2, batch: 16, limit: 56, lr: 0.05, 'val-split': 0.25 };
const common = { overrides: { scale: 1 }, threads: 1 };

before(() => {
  mkdirSync(data);
  writeImages(data, 64, 90);
  writeConvolutional(model);
  copyFileSync(model, teacher);
});

function evaluated(changes: Pick<EvalRequest, 'model'> & Partial<EvalRequest>) {
  return runEval({
    ...{ lut, data, ...common, seed: 1, limit: 80, batch: 50 },
    ...{ baselines: { float: true, exact: true }, confusion: false, perClass: false, partial: false },
    ...changes,
  });
}

/** The model, retrained as `training` says and evaluated. */
async function retrained(save: string, seed: number) {
  const { schedule, ...settings } = finetuneSettings({ model, save, lut });
  await runFinetune({
    ...{
      ...settings,
      ...common,
      data,
      calibrate: 512,
      batch: 16,
      epochs: 2,
      limit: 56,
      valSplit: 0.25,
      seed,
    },
    schedule: { ...schedule, learningRate: 0.05 },
  });
  return (await evaluated({ model: save })).results;
}

describe('a retrained entry', () => {
  test('has the figures of finetune and eval, by seed', async () => {
    const report = await bench({ models, limit: 80, multipliers: [lut], seeds: [1, 7], finetune: training });
    const figures = [];
    for (const seed of [1, 7]) {
      const found = entry(report, `model · broken_array9_int8 · seed ${seed}`);
      const { approx } = await retrained(join(folder, `tuned${seed}.onnx`), seed);
      const { correct, top1, top1Interval, top5, loss } = approx;
      const { correctBits: _, ...tuned } = found.tuned!;
      assert.deepEqual(tuned, { correct, top1, top1Interval, top5, loss });
      assert.equal(found.drop.exact, found.exact!.top1 - top1);
      assert.notEqual(loss, found.approx!.loss);
      figures.push(loss);
    }
    assert.notEqual(figures[0], figures[1]);
    assert.notEqual(report.entries[0]!.key, report.entries[1]!.key);
  });

  test('and one that is not, in one suite; a file that was retrained is evaluated as eval does', async () => {
    const file = join(folder, 'tuned1.onnx');
    const report = await bench({
      models: [{ file, data, scale: 1 }],
      limit: 80,
      multipliers: [lut, 'exact'],
      quantizations: ['static,tensor,channel', { name: 'anew', calibrate: 64 }],
      entries: [{ match: { multiplier: 'exact', quantization: 'anew' }, finetune: training }],
    });
    const own = (await evaluated({ model: file })).results;
    const anew = (await evaluated({ model: file, calibrate: 64 })).results;
    assert.notEqual(own.approx.loss, anew.approx.loss);
    const found = (name: string) => entry(report, `tuned1 · ${name}`);
    assert.equal(found('broken_array9_int8 · static,tensor,channel').approx!.loss, own.approx.loss);
    assert.equal(found('broken_array9_int8 · anew').approx!.loss, anew.approx.loss);
    assert.deepEqual(
      report.entries.map(({ tuned }) => tuned !== null),
      [false, false, false, true],
    );
  });

  test('that cannot be retrained fails alone', async () => {
    const gone = join(folder, 'gone.onnx');
    const finetune = { ...training, distill: '0.5', teacher: gone };
    const report = await bench({
      models,
      multipliers: [lut, 'exact'],
      entries: [{ match: { multiplier: 'exact' }, finetune }],
    });
    assert.deepEqual(
      report.entries.map(({ status }) => status),
      ['done', 'failed'],
    );
    assert.match(report.entries[1]!.error!, /gone\.onnx: cannot read it/);
  });
});

describe('the cache of retrained entries', () => {
  const suite = {
    models: [{ file: model, data, scale: 1 }],
    multipliers: [lut],
    limit: 30,
    finetune: { epochs: 1, batch: 16, distill: '0.5', teacher },
  };
  const computed = async (values: Readonly<Record<string, unknown>>) => {
    const phases = measuredPhases();
    const report = await bench(values, { cache: join(folder, 'cache') }, phases.hooks);
    assert.equal(report.entries[0]!.error, null);
    return { report, retrained: phases.seen().has('retraining') };
  };

  test('holds as long as settings and files have the same content', async () => {
    const first = await computed(suite);
    assert.equal(first.retrained, true);
    const again = await computed(suite);
    assert.equal(again.retrained, false);
    assert.deepEqual(lasting(again.report), lasting(first.report));
    copyFileSync(teacher, join(folder, 'renamed.onnx'));
    const renamed = { ...suite, finetune: { ...suite.finetune, teacher: join(folder, 'renamed.onnx') } };
    assert.equal((await computed(renamed)).retrained, false);
  });

  test('knows other settings, another teacher and other training images under the same name', async () => {
    assert.equal((await computed({ ...suite, finetune: { ...suite.finetune, epochs: 2 } })).retrained, true);
    assert.equal((await computed({ ...suite, seeds: [2] })).retrained, true);
    copyFileSync(demoModel, teacher);
    const other = await bench(suite, { cache: join(folder, 'cache') });
    assert.equal(other.entries[0]!.status, 'failed');
    copyFileSync(model, teacher);
    assert.equal((await computed(suite)).retrained, false);
    writeImages(data, 65, 90);
    assert.equal((await computed(suite)).retrained, true);
  });
});
