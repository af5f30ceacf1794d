import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageVersion } from '../../src/util/version.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch, binary } from './spawn.js';

const folder = temporaryFolder();
const noCudaLibrary = { APPROXTORCH_CUDA_LIBRARY: join(folder, 'absent.so') };

describe('the executable', () => {
  test('--version prints the version alone', async () => {
    for (const flag of ['--version', '-V']) {
      const { stdout, stderr, code } = await approxtorch([flag]);
      assert.deepEqual({ stdout, stderr, code }, { stdout: `${packageVersion()}\n`, stderr: '', code: 0 });
    }
  });

  test('--help lists the commands, on stdout', async () => {
    const { stdout, stderr, code } = await approxtorch(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const command of ['eval', 'finetune', 'inspect', 'doctor'])
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  });

  test('the help of a command fits 80 columns and has examples', async () => {
    for (const command of ['eval', 'finetune']) {
      const direct = await approxtorch([command, '--help']);
      const asked = await approxtorch(['help', command]);
      assert.equal(direct.code, 0);
      assert.equal(direct.stdout, asked.stdout);
      assert.match(direct.stdout, /--lut <file>/);
      assert.match(direct.stdout, /^Examples:$/m);
      for (const line of direct.stdout.split('\n')) assert.ok(line.length <= 80, `too wide: ${line}`);
    }
  });

  test('without arguments: the help on stderr and exit code 2', async () => {
    const { stdout, stderr, code } = await approxtorch([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: approxtorch/);
  });

  const mistakes: [string[], RegExp][] = [
    [['evl'], /^approxtorch: unknown command 'evl'; did you mean eval\?\n$/],
    [['frobnicate'], /^approxtorch: unknown command 'frobnicate'; --help lists what there is\n$/],
    [['eval', '--lmit', '3'], /^approxtorch: unknown option '--lmit'; did you mean --limit\?\n$/],
    [['--frobnicate'], /^approxtorch: unknown option '--frobnicate'; --help lists what there is\n$/],
    [['eval', 'a.onnx', 'b.onnx', '--lut', 'exact'], /^approxtorch: too many arguments for 'eval'.*\n$/],
    [['eval', 'a.onnx', '--lut'], /^approxtorch: option '--lut <file>' argument missing\n$/],
    [['eval', 'a.onnx'], /^approxtorch: no multiplier given; add --lut FILE.*\n$/],
    [['eval', '--lut', 'exact'], /^approxtorch: no model given; .*\n$/],
    [['inspect'], /^approxtorch: missing required argument 'model.onnx'\n$/],
    [
      ['doctor', '--format', 'xml'],
      /^approxtorch: option '--format <format>' argument 'xml' is invalid.*\n$/,
    ],
    [
      ['eval', 'a.onnx', '--lut', 'exact', '--limit', '0'],
      /^approxtorch: --limit: expected a whole number .*, got "0"\n$/,
    ],
    [
      ['eval', 'a.onnx', '--lut', 'exact', '--config', '/no/such.yaml'],
      /^approxtorch: \/no\/such\.yaml: cannot read it: .*\n$/,
    ],
    [
      ['doctor', '--output', '/no/such/folder/x.txt'],
      /^approxtorch: \/no\/such\/folder\/x\.txt: cannot write it: .*\n$/,
    ],
  ];
  for (const [args, expected] of mistakes) {
    test(`usage error in one line: approxtorch ${args.join(' ')}`, async () => {
      const { stdout, stderr, code } = await approxtorch(args);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }

  test('a device that is not there gives exit code 3', async () => {
    for (const options of [
      { args: ['--device', 'cuda:1'] },
      { args: [], env: { APPROXTORCH_DEVICE: 'cuda' } },
    ]) {
      const { stderr, code } = await approxtorch(['eval', 'a.onnx', '--lut', 'exact', ...options.args], {
        env: { ...noCudaLibrary, ...options.env },
      });
      assert.match(stderr, /^approxtorch: --device cuda(:1)?: the CUDA library is not built .*\n$/);
      assert.equal(code, 3);
    }
  });

  test('line breaks and escapes in names cannot spoil the terminal', async () => {
    const { stderr, code } = await approxtorch([
      'eval',
      'a.onnx',
      '--lut',
      'exact',
      '--split',
      'x\n\u001b[2Jy',
    ]);
    assert.equal(code, 2);
    assert.equal(stderr.split('\n').length, 2);
    assert.ok(!stderr.includes('\u001b'));
  });

  test('a reader that leaves early is no error', () => {
    const { stderr, status } = spawnSync(
      '/bin/sh',
      ['-c', `"${process.execPath}" "${binary}" eval --help | head -c 1 >/dev/null`],
      { encoding: 'utf8' },
    );
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  test('start-up loads nothing heavy', async () => {
    const log = join(folder, 'loaded.txt');
    const hooks = join(folder, 'hooks.mjs');
    writeFileSync(
      hooks,
      `import { appendFileSync } from 'node:fs';
       export async function load(url, context, next) {
         appendFileSync(process.env.LOADED, url + '\\n');
         return next(url, context);
       }`,
    );
    const register = `data:text/javascript,import{register}from'node:module';register(${JSON.stringify(`file://${hooks}`)})`;
    const loaded = async (...args: string[]) => {
      writeFileSync(log, '');
      const { code } = await approxtorch(args, { nodeArgs: ['--import', register], env: { LOADED: log } });
      assert.equal(code, 0);
      const urls = readFileSync(log, 'utf8').split('\n');
      assert.ok(
        urls.some((url) => url.endsWith('src/cli/main.js')),
        'the log works',
      );
      assert.ok(
        !urls.some((url) => /\/src\/(onnx|engine|quant|data|multiplier|report)\//.test(url)),
        urls.join('\n'),
      );
      const packages = urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
      return [...new Set(packages.filter((name) => name !== undefined))];
    };
    assert.deepEqual(await loaded('--version'), []);
    assert.deepEqual(await loaded('--help'), ['commander']);
    assert.deepEqual(await loaded('eval', '--help'), ['commander']);
    assert.deepEqual(await loaded('finetune', '--help'), ['commander']);
  });
});

describe('approxtorch doctor', () => {
  test('says what works, for people', async () => {
    const { stdout, stderr, code } = await approxtorch(['doctor'], { env: noCudaLibrary });
    assert.equal(stderr, '');
    assert.equal(code, stdout.includes('addon        off:') ? 3 : 0);
    for (const label of ['approxtorch', 'node', 'addon', 'onnxruntime', 'CPU', 'ISA', 'threads']) {
      assert.match(stdout, new RegExp(`^${label} +\\S`, 'm'));
    }
    assert.match(stdout, /^CUDA +off: the CUDA library is not built/m);
    assert.ok(!stdout.includes('\u001b'), 'no colour where stdout is no terminal');
  });

  test('says what works, for scripts, into a file', async () => {
    const file = join(folder, 'doctor.json');
    const { stdout } = await approxtorch(['doctor', '--format', 'json', '--output', file]);
    assert.equal(stdout, '');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(report.schemaVersion, 1);
    assert.equal(report.version, packageVersion());
    assert.equal(report.cuda.available, false);
    assert.ok(report.threads.default >= 1);
  });
});
