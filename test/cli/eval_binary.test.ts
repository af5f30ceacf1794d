import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const model = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'mitchell_int8.txt');
const quick = ['--calibrate', '16', '--batch', '16', '--threads', '1', '--device', 'cpu'];
const basic = ['eval', model, '--lut', lut, ...quick];

describe('approxtorch eval', () => {
  test('prints the report for people', async () => {
    const { stdout, stderr, code } = await approxtorch([...basic, '--limit', '40']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^float32 +\d/m);
    assert.match(stdout, /^exact +\d/m);
    assert.match(stdout, /^approximate +\d/m);
    assert.match(stdout, /^approximate pass .* images\/s/m);
  });

  test('gives one document to scripts, and writes the files it was asked for', async () => {
    const out = (name: string) => join(folder, name);
    const { stdout, stderr, code } = await approxtorch([
      ...basic,
      ...['--limit', '40', '--format', 'json', '--output', out('report.json'), '--per-class', '--confusion'],
      ...['--save-logits', out('logits.npy'), '--save-predictions', out('predictions.csv')],
      ...['--save-calibration', out('ranges.json')],
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(stdout, '');
    const report = JSON.parse(readFileSync(out('report.json'), 'utf8'));
    assert.equal(report.kind, 'accuracy');
    assert.equal(report.dataset.samples, 40);
    assert.equal(report.results.approx.correct, Math.round(report.results.approx.top1 * 40));
    assert.equal(report.device.threads, 1);
    assert.ok(report.layers.every((layer: { approximated: boolean }) => layer.approximated));
    const lines = readFileSync(out('predictions.csv'), 'utf8').trim().split('\n');
    assert.equal(lines.length, 41);
    assert.ok(existsSync(out('logits.npy')));
    assert.ok(existsSync(out('ranges.json')));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  test('settings from a file', async () => {
    const config = join(folder, 'eval.yaml');
    writeFileSync(
      config,
      `model: ${model}\nlut: exact\nlut-type: int8\nlimit: 16\nbatch: 16\ncalibrate: 16\nbaselines: none\nformat: json\nskip-first: true\n`,
    );
    const { stdout, code } = await approxtorch(['eval', '--config', config, '--quiet']);
    assert.equal(code, 0);
    const report = JSON.parse(stdout);
    assert.equal(report.results.float, null);
    assert.equal(report.results.exact, null);
    assert.equal(report.layers[0].approximated, false);
    assert.match(report.layers[0].reason, /--skip-first/);
  });

  const junk = join(folder, 'junk');
  writeFileSync(junk, 'junk');
  const refused: [string, string[], RegExp][] = [
    ['a model that is none', ['eval', junk, '--lut', lut], /junk/],
    ['a table that is none', ['eval', model, '--lut', junk], /junk/],
    ['a pattern without a match', [...basic, '--layer', 'cnov1=float'], /cnov1/],
    ['data that are none', [...basic, '--data', folder], /no dataset/],
    [
      'a model that is missing',
      ['eval', join(folder, 'none.onnx'), '--lut', lut],
      /none\.onnx: cannot read it/,
    ],
  ];
  for (const [what, args, expected] of refused) {
    test(`refuses ${what} in one line`, async () => {
      const target = join(folder, 'never.json');
      const { stdout, stderr, code } = await approxtorch([...args, '--quiet', '--output', target]);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      assert.ok(!existsSync(target));
    });
  }

  for (const partial of [false, true]) {
    test(`Ctrl-C ends ${partial ? 'with a partial report' : 'the run'} within a second`, async () => {
      // One sample at a time: many seconds of work on any machine.
      const args = [
        'eval',
        model,
        '--lut',
        lut,
        '--data',
        'synthetic-digits',
        '--split',
        'train',
        '--batch',
        '1',
      ];
      const { stdout, stderr, code, signal, secondsAfterInterrupt } = await approxtorch(
        [...args, ...(partial ? ['--partial'] : [])],
        { interruptOn: /running on cpu/, interruptDelay: 2000 },
      );
      assert.equal(code, 130, `${code} ${signal} ${stderr}`);
      assert.ok(secondsAfterInterrupt < 1, `${secondsAfterInterrupt} s`);
      // A slow machine may not have evaluated anything by then.
      if (partial && stdout !== '') assert.match(stdout, /^PARTIAL RESULT: interrupted after [1-9]/m);
      else assert.match(stderr, /approxtorch: interrupted\n$/);
      if (!partial) assert.equal(stdout, '');
    });
  }
});
