import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { InterruptedError, UserError } from '../../src/util/errors.js';
import { evalReport } from '../report/eval_fixture.js';
import { temporaryFolder } from '../support/temporary.js';
import { runFake } from './fake_process.js';

const folder = temporaryFolder();
const basic = ['eval', 'net.onnx', '--lut', 'mult.txt'];

describe('settings of eval', () => {
  test('defaults, without what a model may bring along', async () => {
    const { code, settings } = await runFake(basic);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(JSON.stringify(settings)), {
      model: 'net.onnx',
      lut: 'mult.txt',
      overrides: {},
      baselines: { float: true, exact: true },
      confusion: false,
      perClass: false,
      threads: availableParallelism(),
      seed: 1,
      partial: false,
      device: { kind: 'cpu' },
    });
  });

  test('every flag reaches the library', async () => {
    const out = (name: string) => join(folder, name);
    const flags =
      '--lut-type uint8xint8 --lut-order wa --layer conv1=float --layer fc*=a=b.txt --skip-first --skip-last --conv-only ' +
      '--weight-bits 4 --activation-bits 6 --full-range --padding skip --qmethod static,tensor,tensor ' +
      `--calibrator entropy --calibrate 100 --save-calibration ${out('ranges.json')} --calibration old.json --data mnist/ ` +
      '--split train --limit 10 --batch 5 --preprocess mnist --scale 0.00392157 --mean -0.5,1e-2,.3 --std 1,2,3 --layout nhwc ' +
      `--resize 256 --crop 224x200 --baselines exact --confusion --per-class --save-logits ${out('l.npy')} ` +
      `--save-predictions ${out('p.csv')} --partial --threads 3 --device cpu --seed 7`;
    const { stderr, settings } = await runFake([...basic, ...flags.split(' ')]);
    assert.equal(stderr, '');
    assert.deepEqual(settings, {
      model: 'net.onnx',
      lut: 'mult.txt',
      lutType: 'uint8xint8',
      lutOrder: 'wa',
      layers: [
        { pattern: 'conv1', lut: 'float' },
        { pattern: 'fc*', lut: 'a=b.txt' },
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
      saveCalibration: out('ranges.json'),
      calibration: 'old.json',
      data: 'mnist/',
      split: 'train',
      limit: 10,
      batch: 5,
      preprocess: 'mnist',
      overrides: {
        scale: 0.00392157,
        mean: [-0.5, 0.01, 0.3],
        std: [1, 2, 3],
        layout: 'nhwc',
        resize: 256,
        crop: [224, 200],
      },
      baselines: { float: false, exact: true },
      confusion: true,
      perClass: true,
      saveLogits: out('l.npy'),
      savePredictions: out('p.csv'),
      partial: true,
      threads: 3,
      device: { kind: 'cpu' },
      seed: 7,
    });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('.npy')),
      [],
      'the check leaves no trace',
    );
  });

  test('flags come before the environment, that before the file, that before the defaults', async () => {
    const config = join(folder, 'order.yaml');
    writeFileSync(
      config,
      'model: net.onnx\nlut: exact\nthreads: 11\nbatch: 12\nseed: 13\nskip-first: true\nlayer: ["a=float"]\n',
    );
    const env = { APPROXTORCH_THREADS: '21', APPROXTORCH_DEVICE: 'auto' };
    const { settings } = await runFake(['eval', '--config', config, '--seed', '33', '--layer', 'b=exact'], {
      env,
    });
    assert.equal(settings?.model, join(folder, 'net.onnx'));
    assert.equal(settings?.threads, 21);
    assert.equal(settings?.batch, 12);
    assert.equal(settings?.seed, 33);
    assert.equal(settings?.skipFirst, true);
    assert.equal(settings?.calibrate, undefined);
    assert.deepEqual(settings?.layers, [{ pattern: 'b', lut: 'exact' }]);
    const byFlag = await runFake([...basic, '--threads', '4'], { env });
    assert.equal(byFlag.settings?.threads, 4);
  });

  const refused: [string, RegExp][] = [
    ['--limit 0', /--limit: expected a whole number from 1 to \d+, got "0"/],
    ['--limit NaN', /--limit: .*got "NaN"/],
    ['--limit 0x10', /--limit: .*got "0x10"/],
    ['--limit 1.5', /--limit: .*got "1.5"/],
    ['--batch 1e9', /--batch: expected a whole number from 1 to 65536, or auto, got "1e9"/],
    ['--threads -1', /--threads: .*got "-1"/],
    ['--weight-bits 9', /--weight-bits: expected a whole number from 2 to 8, got "9"/],
    ['--activation-bits 1', /--activation-bits: /],
    ['--scale 0', /--scale: expected a number above 0/],
    ['--scale 1e400', /--scale: /],
    ['--std 1,0,1', /--std: /],
    ['--mean 1,,2', /--mean: expected numbers separated by commas/],
    ['--crop 0x5', /--crop: /],
    ['--resize 1x2x3', /--resize: /],
    ['--layout chw', /--layout: expected nchw or nhwc, got "chw"/],
    ['--qmethod static,sample,channel', /--qmethod: .*"sample" goes with "dynamic" only/],
    ['--qmethod static', /--qmethod: /],
    ['--qmethod dynamic,sample,channel --calibration x', /--calibration: needs --qmethod static/],
    ['--lut-type int9', /--lut-type: expected auto, int8, /],
    ['--layer conv1', /--layer: expected PATTERN=LUT/],
    ['--baselines float,none', /--baselines: /],
    ['--format xml', /--format: expected text or json/],
    ['--device gpu', /--device: expected auto, cpu, cuda or cuda:N/],
    ['--seed -1', /--seed: /],
    ['--output net.onnx', /--output: net.onnx is read by this command too/],
    [
      '--save-logits no/../x --save-predictions ./x',
      /--save-predictions: \.\/x is written by --save-logits too/,
    ],
    ['--save-logits /no/such/folder/x.npy', /\/no\/such\/folder\/x\.npy: cannot write it/],
  ];
  for (const [flags, expected] of refused) {
    test(`refused in one line: ${flags}`, async () => {
      const { code, stdout, stderr, settings } = await runFake([...basic, ...flags.split(' ')]);
      assert.match(stderr, expected);
      assert.equal(stderr.split('\n').length, 2);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.equal(settings, undefined, 'no work was started');
    });
  }

  test('a wrong environment variable is named', async () => {
    const { code, stderr } = await runFake(basic, { env: { APPROXTORCH_THREADS: 'many' } });
    assert.equal(code, 2);
    assert.match(stderr, /APPROXTORCH_THREADS: expected a whole number from 1 to 1024, got "many"/);
  });
});

describe('output of eval', () => {
  test('stdout has the report, stderr the rest', async () => {
    const { stdout, stderr } = await runFake(basic, {
      evaluate: async (_settings, hooks) => {
        hooks.onProgress?.({ phase: 'approximate', done: 1, total: 2 });
        hooks.onWarning?.('the table is not symmetric');
        return evalReport();
      },
    });
    assert.match(stdout, /^models\/resnet20-cifar10.onnx with mul8s_1L2H\n/);
    assert.ok(!stdout.includes('\u001b'));
    assert.match(
      stderr,
      /^approxtorch: running on cpu: .+\napproxtorch: warning: the table is not symmetric\n$/,
    );
  });

  test('--quiet leaves errors only', async () => {
    const { stderr } = await runFake([...basic, '-q'], {
      terminal: true,
      evaluate: async (_settings, hooks) => {
        hooks.onProgress?.({ phase: 'approximate', done: 1, total: 2 });
        hooks.onWarning?.('the table is not symmetric');
        return evalReport();
      },
    });
    assert.equal(stderr, '');
  });

  test('json is one document', async () => {
    const { stdout } = await runFake([...basic, '--format', 'json']);
    const report = JSON.parse(stdout);
    assert.equal(report.schemaVersion, 1);
    assert.equal(report.results.approx.top1, 0.8912);
    assert.equal(report.layers[2].sqnr, 'inf');
  });

  test('--output writes the file and nothing to stdout', async () => {
    const file = join(folder, 'report.json');
    const { stdout, code } = await runFake([...basic, '--format', 'json', '--output', file], {
      terminal: true,
    });
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).command, 'eval');
  });

  test('colour on a terminal only, and not against NO_COLOR or --no-color', async () => {
    const colored = async (argv: string[], env: NodeJS.ProcessEnv = {}) =>
      (await runFake(argv, { terminal: true, env })).stdout.includes('\u001b');
    assert.equal(await colored(basic), true);
    assert.equal(await colored(basic, { NO_COLOR: '1' }), false);
    assert.equal(await colored(basic, { TERM: 'dumb' }), false);
    assert.equal(await colored([...basic, '--no-color']), false);
  });

  test('the progress line is gone at the end and after an error', async () => {
    for (const failure of [undefined, new UserError('the disk is full')]) {
      const { stderr } = await runFake([...basic, '--device', 'cpu'], {
        terminal: true,
        evaluate: async (_settings, hooks) => {
          hooks.onProgress?.({ phase: 'approximate', done: 1, total: 2 });
          if (failure !== undefined) throw failure;
          return evalReport();
        },
      });
      assert.match(stderr, /approximate .*1\/2/);
      const end = stderr.slice(stderr.lastIndexOf('\r'));
      assert.equal(end, failure === undefined ? '\r\u001b[K' : '\r\u001b[Kapproxtorch: the disk is full\n');
    }
  });

  test('an error of the library leaves no report behind', async () => {
    const file = join(folder, 'never.json');
    const { code, stdout, stderr } = await runFake([...basic, '--output', file, '--device', 'cpu'], {
      evaluate: () => Promise.reject(new UserError('net.onnx: is not an ONNX model')),
    });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.equal(stderr, 'approxtorch: net.onnx: is not an ONNX model\n');
    assert.ok(!existsSync(file));
  });

  test('a bug shows its stack, asks for a report and gives 70', async () => {
    const { code, stderr } = await runFake(basic, {
      evaluate: () => Promise.reject(new TypeError('x is not a function')),
    });
    assert.equal(code, 70);
    assert.match(stderr, /please report/);
    assert.match(stderr, /TypeError: x is not a function\n\s+at /);
  });
});

describe('Ctrl-C', () => {
  const untilAborted = (hooks: { signal?: AbortSignal }) =>
    new Promise<never>((_, reject) =>
      hooks.signal?.addEventListener('abort', () => reject(hooks.signal?.reason)),
    );

  test('aborts and gives 130', async () => {
    const { code, stdout, stderr, died } = await runFake(basic, {
      evaluate: (_settings, hooks, interrupt) => {
        setImmediate(interrupt);
        return untilAborted(hooks);
      },
    });
    assert.equal(code, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /approxtorch: interrupted\n$/);
    assert.equal(died, false);
  });

  test('with --partial prints what there is and gives 130', async () => {
    const { code, stdout, settings } = await runFake([...basic, '--partial'], {
      evaluate: async (_settings, hooks, interrupt) => {
        setImmediate(interrupt);
        await untilAborted(hooks).catch((error: unknown) => assert.ok(error instanceof InterruptedError));
        return evalReport({ partial: true });
      },
    });
    assert.equal(settings?.partial, true);
    assert.equal(code, 130);
    assert.match(stdout, /PARTIAL RESULT: interrupted after 10,000 samples/);
  });

  test('a second one ends the process at once', async () => {
    const { died } = await runFake([...basic, '--partial'], {
      evaluate: async (_settings, _hooks, interrupt) => {
        interrupt();
        interrupt();
        return evalReport();
      },
    });
    assert.equal(died, true);
  });

  test('work that does not stop is cut off within a second', async () => {
    const { died } = await runFake(basic, {
      evaluate: async (_settings, _hooks, interrupt) => {
        interrupt();
        await new Promise((resolve) => setTimeout(resolve, 950));
        return evalReport();
      },
    });
    assert.equal(died, true);
  });
});
