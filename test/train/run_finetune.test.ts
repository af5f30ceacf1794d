import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import { loadModel } from '../../src/onnx/load.js';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import { runFinetune } from '../../src/train/run_finetune.js';
import type { FinetuneHooks, FinetuneSettings } from '../../src/train/settings.js';
import { InterruptedError } from '../../src/util/errors.js';
import { packagePath } from '../../src/util/paths.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import {
  bytesOf,
  finetuneSettings,
  writeConvolutional,
  writeImages,
  writePerceptron,
} from './finetune_fixture.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const [model, convolutional] = ['model.onnx', 'conv.onnx'].map((name) => join(folder, name)) as [
  string,
  string,
];
let runs = 0;

before(() => {
  mkdirSync(data);
  writeImages(data, 160, 60);
  writePerceptron(model);
  writeConvolutional(convolutional);
});

function settings(changes: Partial<FinetuneSettings> = {}): FinetuneSettings {
  return finetuneSettings({ model, save: join(folder, `tuned${runs++}.onnx`), data, ...changes });
}

interface Run {
  readonly report: FinetuneReport;
  readonly file: string;
  readonly warnings: readonly string[];
}

async function finetune(changes: Partial<FinetuneSettings> = {}, hooks: FinetuneHooks = {}): Promise<Run> {
  const warnings: string[] = [];
  const all = settings(changes);
  const report = await runFinetune(all, { onWarning: (message) => warnings.push(message), ...hooks });
  return { report, file: all.save, warnings };
}

/** Stops after so many steps. */
async function interrupt(changes: Partial<FinetuneSettings>, steps: number): Promise<void> {
  const controller = new AbortController();
  let seen = 0;
  const hooks: FinetuneHooks = {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'train' && ++seen === steps) controller.abort();
    },
  };
  await assert.rejects(finetune(changes, hooks), InterruptedError);
}

/** A report without what depends on the clock or on where files lie. */
function figures({ report }: Run): unknown {
  const { timing: _, device: __, output: ___, curve, before, after, ...rest } = report;
  const clock = ['seconds', 'imagesPerSecond'];
  return JSON.parse(
    JSON.stringify({ ...rest, curve, before, after }, (key, value) =>
      clock.includes(key) ? undefined : value,
    ),
  );
}

describe('a training without a multiplier', () => {
  test('learns, and writes a model that differs in its weights alone', async () => {
    const { report, file } = await finetune({ lut: 'float', epochs: 12, valSplit: 0 });
    assert.equal(report.before.exact, null);
    assert.equal(report.multiplier, null);
    assert.ok(report.after.float.top1 > 0.85, `${report.before.float.top1} → ${report.after.float.top1}`);
    assert.ok(report.curve.at(-1)!.loss < report.curve[0]!.loss / 2);
    const [given, written] = [model, file].map((path) => loadModel(readFileSync(path), { file: path }).graph);
    assert.deepEqual(written!.nodes, given!.nodes);
    assert.deepEqual([written!.inputs, written!.outputs], [given!.inputs, given!.outputs]);
    assert.ok(written!.metadata.has('approxtorch.finetune'));
  });

  test('from scratch, the same bytes by the same seed', async () => {
    const float = { lut: 'float', init: true, batchNorm: 'train', epochs: 2 } as const;
    const [one, again, other] = [
      await finetune(float),
      await finetune({ ...float, threads: 2 }),
      await finetune({ ...float, seed: 2 }),
    ];
    assert.equal(bytesOf(one.file), bytesOf(again.file));
    assert.notEqual(bytesOf(one.file), bytesOf(other.file));
  });
});

describe('a training with a multiplier', () => {
  for (const [what, changes] of [
    ['static ranges', {}],
    ['ranges per image', { qmethod: { mode: 'dynamic', activation: 'sample', weight: 'tensor' } }],
    ['BatchNormalization in training', { batchNorm: 'train' }],
    ['BatchNormalization kept', { batchNorm: 'freeze', ema: 0.5 }],
  ] as const) {
    test(`an evaluation of the written model repeats its accuracy: ${what}`, async () => {
      const { report, file } = await finetune({ ...changes, model: convolutional });
      const { lut, threads, seed, device } = settings();
      const again = await runEval({
        ...{
          model: file,
          lut,
          threads,
          seed,
          device,
          overrides: {},
          batch: 64,
          confusion: false,
          perClass: false,
        },
        ...{ baselines: { float: true, exact: true }, partial: false },
      });
      assert.equal(again.dataset.samples, 60);
      for (const variant of ['float', 'exact', 'approx'] as const) {
        assert.equal(again.results[variant]?.correct, report.after[variant]?.correct);
        assert.equal(again.results[variant]?.loss, report.after[variant]?.loss);
      }
    });
  }

  test('BatchNormalization in training begins with positive scales', async () => {
    const negative = join(folder, 'negative.onnx');
    writeConvolutional(negative, -1);
    const schedule = { kind: 'constant', learningRate: 1e-6, warmup: 0 } as const;
    const constantsOf = async (batchNorm: 'freeze' | 'train') => {
      const { file } = await finetune({ model: negative, batchNorm, schedule, epochs: 1 });
      return loadModel(readFileSync(file), { file }).graph.constants;
    };
    const signs = async (batchNorm: 'freeze' | 'train') =>
      Array.from((await constantsOf(batchNorm)).get('s')!.data as Float32Array, Math.sign);
    assert.deepEqual(await signs('train'), new Array(8).fill(1));
    assert.deepEqual(await signs('freeze'), [1, -1, 1, -1, 1, -1, 1, -1]);
  });

  test('learns to live with it', async () => {
    const { report } = await finetune({ model: convolutional, epochs: 12, valSplit: 0 });
    const [was, is] = [report.before.approx!.top1, report.after.approx!.top1];
    assert.ok(is > was + 0.2 && is > 0.7, `${was} → ${is}`);
  });

  test('writes the epoch that was best on the held-out images', async () => {
    const { report } = await finetune({
      schedule: { kind: 'constant', learningRate: 0.5, warmup: 0 },
      epochs: 4,
    });
    const best = Math.max(...report.curve.map(({ validationAccuracy }) => validationAccuracy!));
    assert.equal(report.curve[report.training.bestEpoch - 1]!.validationAccuracy, best);
    assert.deepEqual([report.dataset.trainSamples, report.dataset.validationSamples], [120, 40]);
  });

  test('the number of threads changes nothing', async () => {
    const [one, two] = [
      await finetune({ model: convolutional }),
      await finetune({ model: convolutional, threads: 2 }),
    ];
    assert.equal(bytesOf(one.file), bytesOf(two.file));
    assert.deepEqual(figures(one), figures(two));
  });

  test('models of fixed batch gather gradients', async () => {
    const fixed = join(folder, 'fixed.onnx');
    writePerceptron(fixed, 4);
    const { report } = await finetune({ model: fixed, batch: 30 });
    assert.equal(report.training.batch, 32);
    assert.equal(report.curve[0]!.steps, 3);
  });

  test('a teacher that sees other images or knows other classes is refused', async () => {
    const teacher = join(folder, 'teacher.onnx');
    writeFileSync(teacher, readFileSync(model));
    const loss = { labelSmoothing: 0.1, distill: { weight: 0.5, temperature: 2 }, teacher };
    const { report } = await finetune({ loss, epochs: 1 });
    assert.match(report.training.loss, /0\.5 distilled at temperature 2/);
    const other = packagePath('models', 'lenet-digits.onnx');
    await assert.rejects(
      finetune({ loss: { ...loss, teacher: other } }),
      userError(/--teacher .*the student takes/),
    );
  });
});

describe('a training that is interrupted', () => {
  const checkpoint = () => join(folder, `run${runs++}`);

  test('goes on to the same bytes', async () => {
    for (const changes of [{}, { model: convolutional, batchNorm: 'train', ema: 0.9 } as const]) {
      const whole = await finetune({ ...changes, log: join(folder, 'whole.jsonl') });
      for (const steps of [1, 7, 12, 21]) {
        const resumed = {
          ...changes,
          checkpoint: checkpoint(),
          log: join(folder, 'resumed.jsonl'),
          resume: true,
        };
        await interrupt(resumed, steps);
        const done = await finetune(resumed);
        assert.equal(bytesOf(done.file), bytesOf(whole.file), `after ${steps} steps`);
        assert.deepEqual(figures(done), figures(whole));
        const lines = (file: string) =>
          readFileSync(join(folder, file), 'utf8').replace(/"(seconds|imagesPerSecond)":[^,}]*/g, '');
        assert.equal(lines('resumed.jsonl'), lines('whole.jsonl'));
      }
    }
  });

  test('not with other options, another model or other images', async () => {
    const kept = checkpoint();
    await interrupt({ checkpoint: kept }, 2);
    const refused = (changes: Partial<FinetuneSettings>, pattern: RegExp) =>
      assert.rejects(finetune({ checkpoint: kept, resume: true, ...changes }), userError(pattern));
    await refused({ seed: 2 }, /--seed was 1, is 2/);
    await refused({ batch: 8, epochs: 4 }, /--batch was 16, is 8; --epochs was 3, is 4/);
    await refused({ model: convolutional }, /the model was/);
    await refused({ lut: 'exact', lutType: 'int8' }, /the multiplier was/);
    await refused({ limit: 150 }, /the training images was .*--limit was not given, is 150/);
    await refused({ resume: false }, /--resume continues it/);
    const { curve } = (await finetune({ checkpoint: kept, resume: true, threads: 2 })).report;
    assert.equal(curve.length, 3);
  });

  test('once it is over, is only written again', async () => {
    const kept = checkpoint();
    const first = await finetune({ checkpoint: kept });
    rmSync(first.file);
    const seen: string[] = [];
    const hooks: FinetuneHooks = { onProgress: ({ phase }) => seen.push(phase) };
    const again = await finetune({ checkpoint: kept, resume: true }, hooks);
    assert.ok(!seen.includes('train'));
    assert.deepEqual(figures(again), figures(first));
  });
});

describe('a training that diverges', () => {
  const schedule = { kind: 'constant', learningRate: 1e30, warmup: 0 } as const;
  const optimizer = { ...settings().optimizer, clipNorm: Number.POSITIVE_INFINITY };

  test('in its first epoch is an error', async () => {
    await assert.rejects(
      finetune({ schedule, optimizer }),
      userError(/training diverged in step \d, epoch 1: .*first in node (one|two) \(\w+\); lower --lr/),
    );
  });

  test('later keeps the best model', async () => {
    const { report, warnings } = await finetune({
      schedule: { ...schedule, warmup: 0 },
      optimizer,
      epochs: 3,
      limit: 22,
    });
    assert.equal(report.training.stopped, 'diverged');
    assert.equal(report.curve.length, 1);
    assert.ok(warnings.some((message) => /the model after epoch 1 is kept/.test(message)));
  });
});

describe('data', () => {
  test('of one split: some images are held out to measure on', async () => {
    const single = join(folder, 'single');
    mkdirSync(single);
    writeImages(single, 0, 100);
    const { report, warnings, file } = await finetune({ data: single, valSplit: 0 });
    assert.match(warnings.join(), /no other split than 'test': 10 of its 100 images are held out/);
    assert.deepEqual([report.dataset.trainSamples, report.dataset.testSamples], [90, 10]);
    assert.equal(report.dataset.testSplit, 'held out of test');
    const tuned = JSON.parse(
      loadModel(readFileSync(file), { file }).graph.metadata.get('approxtorch.finetune')!,
    );
    assert.equal(tuned.dataset.shared, true);
  });

  test('too few, or none at all', async () => {
    await assert.rejects(finetune({ data: undefined }), userError(/names no dataset; give --data/));
    await assert.rejects(finetune({ limit: 1 }), userError(/has 1 training image, too few/));
    const { report } = await finetune({ limit: 5, valSplit: 0, epochs: 1 });
    assert.equal(report.curve[0]!.steps, 1);
  });
});
