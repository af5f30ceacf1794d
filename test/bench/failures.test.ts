import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { InterruptedError } from '../../src/util/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { bench, demoModel, entry, quick, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const good = shipped('drum2_int8');

before(() => {
  const text = readFileSync(good, 'utf8');
  writeFileSync(path('cut.txt'), text.slice(0, text.length / 2));
  writeFileSync(path('cut.onnx'), readFileSync(demoModel).subarray(0, 1000));
  writeFileSync(path('no.onnx'), 'no model');
  const four = { activation: 'int8', weight: 'int8', bits: 4, signMagnitude: true, parameters: {} } as const;
  writeFileSync(path('narrow.txt'), encodeTable(generateMultiplier('mitchell', four), { format: 'text' }));
});

/** Those that failed, with their reasons; all others are done. */
function failed({ entries }: BenchReport): Record<string, string> {
  for (const { status, error, approx, verdict, gates, key } of entries) {
    if (status === 'done') assert.ok(error === null && approx !== null && key !== null);
    else assert.deepEqual([approx, verdict, gates], [null, 'fail', []]);
  }
  const wrong = entries.filter(({ status }) => status === 'failed');
  return Object.fromEntries(wrong.map(({ id, error }) => [id, error!]));
}

describe('what cannot be evaluated fails its own entries', () => {
  test('tables that are missing, damaged, or too narrow', async () => {
    const tables = [path('gone.txt'), good, path('cut.txt'), path('narrow.txt'), 'exact'];
    const report = await bench({ multipliers: tables, gates: { minTop1: 1 } });
    const reasons = failed(report);
    assert.deepEqual(
      Object.keys(reasons),
      ['gone', 'cut', 'narrow'].map((name) => `lenet-digits · ${name}`),
    );
    assert.match(reasons['lenet-digits · gone']!, /gone\.txt: cannot read it: no such file/);
    assert.match(reasons['lenet-digits · cut']!, /cut\.txt/);
    assert.match(
      reasons['lenet-digits · narrow']!,
      /multiplier narrow takes 4-bit operands, but quantization .* has 8-bit .* weight-bits of 4 or less/,
    );
    const { summary } = report;
    assert.deepEqual([summary.done, summary.failed, summary.pass, summary.fail], [2, 3, 2, 3]);
    assert.deepEqual(
      report.multipliers.map(({ name }) => name),
      ['drum2_int8', 'exact'],
    );
  });

  test('models that are missing, damaged or none, and data that are absent', async () => {
    const models = [
      path('gone.onnx'),
      path('cut.onnx'),
      { file: demoModel, name: 'first' },
      { file: path('no.onnx'), name: 'no' },
      { file: demoModel, name: 'without', data: path('absent') },
      { file: demoModel, name: 'last' },
    ];
    const report = await bench({ models, multipliers: [good, 'exact'] });
    const reasons = failed(report);
    const wrong = ['gone', 'cut', 'no', 'without'].flatMap((name) => [
      `${name} · drum2_int8`,
      `${name} · exact`,
    ]);
    assert.deepEqual(Object.keys(reasons), wrong);
    assert.match(reasons['gone · exact']!, /gone\.onnx: cannot read it/);
    assert.match(reasons['cut · exact']!, /cut\.onnx/);
    assert.match(reasons['no · exact']!, /no\.onnx/);
    assert.match(reasons['without · exact']!, /absent/);
    assert.deepEqual(
      report.models.map(({ name }) => name),
      ['first', 'last'],
    );
  });

  test('assignments that fit no layer, or name no table', async () => {
    const assignments = [
      { name: 'typo', layer: { 'cnov*': 'exact' } },
      'all',
      { name: 'gone', layer: { '/0/*': path('gone.txt') } },
    ];
    const reasons = failed(await bench({ multipliers: [good], assignments }));
    const [typo, gone] = ['typo', 'gone'].map((name) => `lenet-digits · drum2_int8 · ${name}`);
    assert.deepEqual(Object.keys(reasons), [typo, gone]);
    assert.match(reasons[typo!]!, /'cnov\*' matches none/);
    assert.match(reasons[gone!]!, /gone\.txt/);
  });

  test('for a reason that nobody thought of', async () => {
    const hooks = {
      onProgress: ({ id }: { readonly id: string }) => {
        if (id.endsWith('mitchell_int8')) throw new TypeError('x is not a function');
      },
    };
    const multipliers = [good, shipped('mitchell_int8'), 'exact'];
    const reasons = failed(await bench({ multipliers }, {}, hooks));
    assert.deepEqual(reasons, {
      'lenet-digits · mitchell_int8': 'this is a bug, please report it: x is not a function',
    });
  });

  test('all of them, and the report says so', async () => {
    const report = await bench({ multipliers: [path('gone.txt'), path('cut.txt')] });
    assert.deepEqual([report.summary.done, report.summary.failed, report.complete], [0, 2, true]);
    assert.deepEqual([report.models, report.multipliers, report.datasets], [[], [], []]);
  });
});

describe('a run that is aborted', () => {
  test('reports what it had, and says that it is not complete', async () => {
    const controller = new AbortController();
    const hooks = {
      signal: controller.signal,
      onReport: async (make: () => BenchReport) => {
        assert.equal(make().complete, false);
        if (make().entries.length === 2) controller.abort(new InterruptedError());
      },
    };
    const multipliers = ['drum2_int8', 'mitchell_int8', 'exact_int8', 'truncated4_int8'].map(shipped);
    const report = await bench({ multipliers }, {}, hooks);
    assert.deepEqual([report.complete, report.entries.length, report.suite.entries], [false, 2, 4]);
    const whole = await bench({ multipliers });
    for (const { id, key, approx } of report.entries) {
      assert.deepEqual([key, approx], [entry(whole, id).key, entry(whole, id).approx]);
    }
  });

  test('before anything was measured it says that alone', async () => {
    const controller = new AbortController();
    controller.abort(new InterruptedError());
    const hooks = { signal: controller.signal };
    await assert.rejects(bench({ ...quick, multipliers: [good] }, {}, hooks), InterruptedError);
  });
});
