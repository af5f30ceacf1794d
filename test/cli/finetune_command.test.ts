import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { FinetuneHooks } from '../../src/train/settings.js';
import { InterruptedError, UserError } from '../../src/util/errors.js';
import { finetuneReport } from '../report/finetune_fixture.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const basic = ['finetune', 'net.onnx', '--lut', 'mult.txt', '-o', out('tuned.onnx')];

describe('settings of finetune', () => {
  test('defaults', async () => {
    const { code, finetuneSettings } = await runFake(basic.slice(0, 4));
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(JSON.stringify(finetuneSettings)), {
      model: 'net.onnx',
      lut: 'mult.txt',
      lutType: 'auto',
      layers: [],
      skipFirst: false,
      skipLast: false,
      convOnly: false,
      qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
      weightBits: 8,
      activationBits: 8,
      fullRange: false,
      padding: 'lookup',
      calibrator: 'minmax',
      calibrate: 512,
      batch: 64,
      accumulate: 1,
      overrides: {},
      threads: availableParallelism(),
      seed: 1,
      device: { kind: 'cpu' },
      save: 'net.finetuned.onnx',
      gradient: { estimator: 'ste' },
      loss: { labelSmoothing: 0 },
      optimizer: {
        kind: 'sgd',
        momentum: 0.9,
        nesterov: false,
        betas: [0.9, 0.999],
        weightDecay: 0.0001,
        clipNorm: 1,
      },
      schedule: { kind: 'cosine', learningRate: 0.005, warmup: 0 },
      epochs: 5,
      valSplit: 0,
      augment: 'preset',
      trainOnly: [],
      biasOnly: false,
      ranges: 'track',
      rangeMomentum: 0.05,
      batchNorm: 'fold',
      init: false,
      resume: false,
    });
  });

  test('every flag reaches the library', async () => {
    const flags =
      '--lut-type uint8xint8 --lut-order wa --layer conv1=float --layer fc*=b.txt --skip-first --skip-last --conv-only ' +
      '--weight-bits 4 --activation-bits 6 --full-range --padding skip --qmethod static,tensor,tensor ' +
      '--calibrator entropy --calibrate 100 --calibration old.json --data mnist/ --limit 10 --batch 5 --accumulate 2 ' +
      '--preprocess mnist --scale 0.00392157 --mean -0.5,1e-2,.3 --std 1,2,3 --layout nhwc --resize 256 --crop 224x200 ' +
      '--gradient table --gradient-activation da.txt --gradient-weight dw.txt --label-smoothing 0.1 --distill 0.5,2 ' +
      '--teacher big.onnx --optimizer sgd --momentum 0.8 --nesterov --weight-decay 0 --lr 0.05 --schedule step ' +
      '--warmup 0.5 --clip-norm none --ema 0.999 --epochs 30 --val-split 0.1 --patience 4 --augment none ' +
      '--train-only conv* --train-only fc --bias-only --ranges track --range-momentum 0.1 --freeze-ranges 2 ' +
      `--batchnorm freeze --checkpoint ${out('run')} --resume --log ${out('log.jsonl')} --plot ${out('plot.svg')} ` +
      '--threads 3 --device cpu --seed 7';
    const { stderr, finetuneSettings } = await runFake([...basic, ...flags.split(' ')]);
    assert.equal(stderr, '');
    assert.deepEqual(finetuneSettings, {
      model: 'net.onnx',
      lut: 'mult.txt',
      lutType: 'uint8xint8',
      lutOrder: 'wa',
      layers: [
        { pattern: 'conv1', lut: 'float' },
        { pattern: 'fc*', lut: 'b.txt' },
      ],
      skipFirst: true,
      skipLast: true,
      convOnly: true,
      qmethod: { mode: 'static', activation: 'tensor', weight: 'tensor' },
      weightBits: 4,
      activationBits: 6,
      fullRange: true,
      padding: 'skip',
      calibrator: 'entropy',
      calibrate: 100,
      calibration: 'old.json',
      data: 'mnist/',
      limit: 10,
      batch: 5,
      accumulate: 2,
      preprocess: 'mnist',
      overrides: {
        scale: 0.00392157,
        mean: [-0.5, 0.01, 0.3],
        std: [1, 2, 3],
        layout: 'nhwc',
        resize: 256,
        crop: [224, 200],
      },
      threads: 3,
      seed: 7,
      device: { kind: 'cpu' },
      save: out('tuned.onnx'),
      gradient: {
        estimator: 'table',
        window: undefined,
        activationTable: 'da.txt',
        weightTable: 'dw.txt',
      },
      loss: { labelSmoothing: 0.1, distill: { weight: 0.5, temperature: 2 }, teacher: 'big.onnx' },
      optimizer: {
        kind: 'sgd',
        momentum: 0.8,
        nesterov: true,
        betas: [0.9, 0.999],
        weightDecay: 0,
        clipNorm: Number.POSITIVE_INFINITY,
      },
      schedule: { kind: 'step', learningRate: 0.05, warmup: 0.5 },
      ema: 0.999,
      epochs: 30,
      valSplit: 0.1,
      patience: 4,
      augment: 'none',
      trainOnly: ['conv*', 'fc'],
      biasOnly: true,
      ranges: 'track',
      rangeMomentum: 0.1,
      freezeRanges: 2,
      batchNorm: 'freeze',
      init: false,
      checkpoint: out('run'),
      resume: true,
      log: out('log.jsonl'),
      plot: out('plot.svg'),
    });
    assert.ok(!existsSync(out('run')), 'the check leaves no trace');
  });

  const derived: [
    string,
    (settings: NonNullable<Awaited<ReturnType<typeof runFake>>['finetuneSettings']>) => unknown,
    unknown,
  ][] = [
    ['--gradient difference', ({ gradient }) => gradient.window, 32],
    ['--gradient difference --window 8', ({ gradient }) => gradient.window, 8],
    ['--distill 0.25', ({ loss }) => loss.distill, { weight: 0.25, temperature: 4 }],
    ['--optimizer adam', ({ schedule }) => schedule.learningRate, 0.001],
    ['--optimizer adamw --betas 0.8,0.99', ({ optimizer }) => optimizer.betas, [0.8, 0.99]],
    ['--init', ({ batchNorm }) => batchNorm, 'train'],
    ['--init --batchnorm train', ({ batchNorm }) => batchNorm, 'train'],
    ['--clip-norm 0.5', ({ optimizer }) => optimizer.clipNorm, 0.5],
    ['--lut float --epochs 3', ({ lut }) => lut, 'float'],
  ];
  for (const [flags, value, expected] of derived) {
    test(`${flags} gives ${JSON.stringify(expected)}`, async () => {
      const { finetuneSettings, stderr } = await runFake([...basic, ...flags.split(' '), '--device', 'cpu']);
      assert.equal(stderr, '');
      assert.deepEqual(value(finetuneSettings!), expected);
    });
  }

  test('the same settings from a file, its paths from its folder', async () => {
    const config = out('finetune.yaml');
    writeFileSync(
      config,
      'model: net.onnx\nlut: float\nsave: tuned.onnx\ndistill: [0.5, 3]\nteacher: ../big.onnx\nbetas: [0.8, 0.9]\noptimizer: adam\ntrain-only: fc\ncheckpoint: run\nclip-norm: none\nnesterov: false\nlr: 0.002\n',
    );
    const { finetuneSettings: settings, stderr } = await runFake(['finetune', '--config', config, '-q']);
    assert.equal(stderr, '');
    assert.equal(settings?.model, out('net.onnx'));
    assert.equal(settings?.lut, 'float');
    assert.equal(settings?.save, out('tuned.onnx'));
    assert.deepEqual(settings?.loss, {
      labelSmoothing: 0,
      distill: { weight: 0.5, temperature: 3 },
      teacher: join(folder, '../big.onnx'),
    });
    assert.deepEqual(settings?.optimizer.betas, [0.8, 0.9]);
    assert.deepEqual(settings?.trainOnly, ['fc']);
    assert.equal(settings?.checkpoint, out('run'));
    assert.equal(settings?.optimizer.clipNorm, Number.POSITIVE_INFINITY);
    assert.equal(settings?.schedule.learningRate, 0.002);
  });

  writeFileSync(out('file'), '');
  const refused: [string, RegExp][] = [
    ['--epochs 0', /--epochs: expected a whole number from 1 to \d+, got "0"/],
    ['--batch 0', /--batch: /],
    ['--lr 0', /--lr: expected a number above 0/],
    ['--lr nan', /--lr: .*got "nan"/],
    ['--momentum 1', /--momentum: expected a number from 0 to below 1/],
    ['--weight-decay -1', /--weight-decay: expected a number from 0/],
    ['--warmup -1', /--warmup: /],
    ['--warmup 6', /--warmup: is longer than the training/],
    ['--clip-norm 0', /--clip-norm: expected a number above 0, or none/],
    ['--ema 1', /--ema: expected a number above 0 and below 1/],
    ['--val-split 1', /--val-split: expected a number from 0 to below 1/],
    ['--label-smoothing 1', /--label-smoothing: /],
    ['--distill 0', /--distill: expected the weight of the teacher/],
    ['--distill 1.5', /--distill: /],
    ['--distill 0.5,0', /--distill: /],
    ['--distill 0.5,1,2', /--distill: /],
    ['--betas 0.9 --optimizer adam', /--betas: expected two numbers/],
    ['--betas 0.9,1 --optimizer adam', /--betas: expected two numbers/],
    ['--range-momentum 0', /--range-momentum: /],
    ['--freeze-ranges 0', /--freeze-ranges: /],
    ['--gradient exact', /--gradient: expected ste, lre, difference or table/],
    ['--schedule linear', /--schedule: expected constant, step or cosine/],
    ['--optimizer lion', /--optimizer: expected sgd, adam or adamw/],
    ['--augment all', /--augment: expected preset or none/],
    ['--batchnorm drop', /--batchnorm: expected fold, freeze or train/],
    ['--window 127 --gradient difference', /--window: /],
    ['--split train', /unknown option '--split'/],
    // One is pointless without another.
    ['--window 8', /--window: goes with --gradient difference/],
    ['--gradient lre --window 8', /--window: goes with --gradient difference/],
    ['--gradient-activation a.txt', /--gradient-activation: goes with --gradient table/],
    ['--gradient ste --gradient-weight a.txt', /--gradient-weight: goes with --gradient table/],
    ['--gradient table', /--gradient: table needs both --gradient-activation FILE and --gradient-weight/],
    ['--gradient table --gradient-weight a.txt', /--gradient: table needs both/],
    ['--teacher big.onnx', /--teacher: goes with --distill/],
    ['--patience 3', /--patience: .*add --val-split/],
    ['--patience 3 --val-split 0', /--patience: .*add --val-split/],
    ['--nesterov --momentum 0', /--nesterov: needs a --momentum above 0/],
    ['--nesterov --optimizer adam', /--nesterov: goes with --optimizer sgd/],
    ['--momentum 0.5 --optimizer adamw', /--momentum: goes with --optimizer sgd/],
    ['--betas 0.9,0.99', /--betas: goes with --optimizer adam or adamw/],
    ['--resume', /--resume: needs --checkpoint DIR/],
    ['--init --batchnorm fold', /--batchnorm: with --init only train will do/],
    ['--init --batchnorm freeze', /--batchnorm: with --init only train will do/],
    ['--ranges frozen --freeze-ranges 2', /--freeze-ranges: goes with --ranges track/],
    ['--ranges frozen --range-momentum 0.1', /--range-momentum: goes with --ranges track/],
    ['--qmethod dynamic,tensor,channel --ranges track', /--ranges: needs --qmethod static/],
    ['--qmethod dynamic,tensor,channel --calibration x', /--calibration: needs --qmethod static/],
    ...[
      '--qmethod static,tensor,tensor',
      '--weight-bits 4',
      '--full-range',
      '--padding skip',
      '--ranges frozen',
    ].map((flags): [string, RegExp] => [
      `--lut float ${flags}`,
      /: needs a multiplier; --lut float trains without one/,
    ]),
    ['--lut float --layer fc=a.txt', /--layer: needs a multiplier/],
    ['--lut float --gradient ste', /--gradient: needs a multiplier/],
    // Files.
    ['--output net.onnx', /--output: net\.onnx is read by this command too/],
    ['-o mult.txt', /--save: mult\.txt is read by this command too/],
    ['-o ./net.onnx', /--save: \.\/net\.onnx is read by this command too/],
    ['--log a --plot ./a', /--plot: \.\/a is written by --log too/],
    ['-o /no/such/folder/x.onnx', /\/no\/such\/folder\/x\.onnx: cannot write it/],
    ['--plot /no/such/folder/x.svg', /\/no\/such\/folder\/x\.svg: cannot write it/],
    ['--checkpoint /no/such/folder', /\/no\/such\/folder: cannot write it/],
    [`--checkpoint ${out('file')}`, /--checkpoint: .*file is not a folder/],
  ];
  for (const [flags, expected] of refused) {
    test(`refused in one line: ${flags}`, async () => {
      const { code, stdout, stderr, finetuneSettings } = await runFake([...basic, ...flags.split(' ')]);
      assert.match(stderr, expected);
      assert.equal(stderr.split('\n').length, 2);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.equal(finetuneSettings, undefined, 'no work was started');
    });
  }

  test('model and multiplier must be named', async () => {
    assert.match(
      (await runFake(['finetune', '--lut', 'exact'])).stderr,
      /no model given; .* approxtorch finetune/,
    );
    assert.match((await runFake(['finetune', 'a.onnx'])).stderr, /no multiplier given; .*--lut float/);
  });

  test('a device that is not there gives exit code 3', async () => {
    const { code, stderr } = await runFake([...basic, '--device', 'cuda']);
    assert.equal(code, 3);
    assert.match(stderr, /--device cuda: /);
  });
});

describe('output of finetune', () => {
  const train = (hooks: FinetuneHooks, done: number) =>
    hooks.onProgress?.({
      phase: 'train',
      done,
      total: 155,
      training: {
        epoch: 2,
        epochs: 5,
        loss: 0.4123,
        accuracy: 0.861,
        imagesPerSecond: 512.3,
        secondsLeft: 62.5,
      },
    });

  test('stdout has the report, stderr the rest: without a terminal a line per epoch', async () => {
    const { stdout, stderr } = await runFake([...basic, '--device', 'cpu'], {
      finetune: async (_settings, hooks) => {
        hooks.onProgress?.({ phase: 'calibrate', done: 1, total: 2 });
        hooks.onWarning?.('the table is not symmetric');
        for (const done of [1, 154, 155, 155]) train(hooks, done);
        return finetuneReport();
      },
    });
    assert.match(stdout, /^models\/resnet20-cifar10\.onnx retrained for mul8s_1KVL\n/);
    assert.ok(!stdout.includes('\u001b'));
    assert.equal(
      stderr,
      'approxtorch: warning: the table is not symmetric\n' +
        'approxtorch: epoch 2/5: loss 0.412, acc 86.1 %, 512 images/s, 1 min 3 s left\n',
    );
  });

  test('a line on a terminal, gone at the end', async () => {
    const { stderr } = await runFake([...basic, '--device', 'cpu'], {
      terminal: true,
      finetune: async (_settings, hooks) => {
        train(hooks, 40);
        return finetuneReport();
      },
    });
    assert.match(
      stderr,
      /epoch 2\/5 {2}█+░+ {2}step 40\/155 {2}loss 0\.412 {2}acc 86\.1 % {2}512 images\/s {2}1 min 3 s left/,
    );
    assert.ok(stderr.endsWith('\r\u001b[K'));
  });

  test('--quiet leaves errors only', async () => {
    for (const terminal of [false, true]) {
      const { stderr } = await runFake([...basic, '-q'], {
        terminal,
        finetune: async (_settings, hooks) => {
          hooks.onWarning?.('the table is not symmetric');
          train(hooks, 155);
          return finetuneReport();
        },
      });
      assert.equal(stderr, '');
    }
  });

  test('json is one document; the curve is a file', async () => {
    const { stdout } = await runFake([...basic, '--format', 'json', '--plot', out('curve.svg')]);
    const report = JSON.parse(stdout);
    assert.equal(report.schemaVersion, 1);
    assert.equal(report.command, 'finetune');
    assert.equal(report.curve.length, 5);
    assert.match(readFileSync(out('curve.svg'), 'utf8'), /^<svg /);
  });

  test('the report names the command that repeats the accuracy', async () => {
    const { stdout } = await runFake(basic);
    assert.match(stdout, /^ {2}approxtorch eval models\/resnet20-cifar10\.finetuned\.onnx --lut mult\.txt$/m);
  });

  test('a training that diverged after a good epoch gives its report and exit code 1', async () => {
    const { code, stdout } = await runFake(basic, {
      finetune: async () => {
        const report = finetuneReport();
        return { ...report, training: { ...report.training, stopped: 'diverged' } };
      },
    });
    assert.equal(code, 1);
    assert.match(stdout, /^DIVERGED after 5 epochs: /m);
  });

  test('an error of the library leaves neither report nor curve behind', async () => {
    const { code, stdout, stderr } = await runFake(
      [...basic, '--output', out('never.json'), '--plot', out('never.svg'), '--device', 'cpu'],
      { finetune: () => Promise.reject(new UserError('step 3: the loss is NaN')) },
    );
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.equal(stderr, 'approxtorch: step 3: the loss is NaN\n');
    assert.ok(!existsSync(out('never.json')) && !existsSync(out('never.svg')));
  });
});

describe('a request to stop', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} lets the step end, however long it takes, and gives 130`, async () => {
      mkdirSync(out(signal));
      const { code, stdout, stderr, died } = await runFake(
        [...basic, '--device', 'cpu', '--checkpoint', out(signal)],
        {
          finetune: async (_settings, hooks, interrupt) => {
            interrupt(signal);
            // Longer than eval is given.
            await new Promise((resolve) => setTimeout(resolve, 800));
            assert.ok(hooks.signal?.aborted);
            throw new InterruptedError();
          },
        },
      );
      assert.equal(code, 130);
      assert.equal(stdout, '');
      assert.match(
        stderr,
        /stopping after this step, with a checkpoint; once more ends at once\n.*interrupted\n$/,
      );
      assert.equal(died, false);
    });
  }

  test('a second one ends the process at once', async () => {
    const { died } = await runFake(basic, {
      finetune: async (_settings, _hooks, interrupt) => {
        interrupt('SIGTERM');
        interrupt('SIGINT');
        return finetuneReport();
      },
    });
    assert.equal(died, true);
  });
});
