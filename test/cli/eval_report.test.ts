import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { multiplierHash } from '../../src/multiplier/create.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import { decodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const model = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'mitchell_int8.txt');
const SAMPLES = 50;

interface Report {
  readonly [name: string]: unknown;
}
let text = '';
let report: Report;

/** What scripts rely on; `[]` stands for every item of a list. */
const NAMES = [
  'schemaVersion',
  ...['float', 'exact', 'approx'].flatMap((variant) =>
    ['top1', 'top1Interval', 'top5', 'loss', 'correct'].map((name) => `results.${variant}.${name}`),
  ),
  'dataset.samples',
  'multiplier.sha256',
  'model.sha256',
  ...['name', 'op', 'macs', 'approximated', 'reason', 'lut'].map((name) => `layers.[].${name}`),
  'timing.seconds',
  'timing.imagesPerSecond',
  'timing.gmacsPerSecond',
  'device.kind',
  'device.isa',
  'device.threads',
];

function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  if (name === '[]') return (value as unknown[]).flatMap((item) => valuesAt(item, rest));
  return valuesAt((value as Record<string, unknown>)[name], rest);
}

before(async () => {
  writeFileSync(
    path('eval.yaml'),
    `lut: ${lut}\nlimit: ${SAMPLES}\ncalibrate: 16\nbatch: 16\ndevice: cpu\nthreads: 1\nformat: json\nlayer:\n  - /0/*=float\n  - /13/Gemm=exact\n`,
  );
  const outcome = await approxtorch([
    ...['eval', model, '--config', path('eval.yaml'), '--confusion', '--per-class', '--seed', '3'],
    ...['--save-logits', path('logits.npy'), '--save-predictions', path('predictions.csv')],
  ]);
  assert.equal(outcome.stderr, '');
  assert.equal(outcome.code, 0);
  text = outcome.stdout;
  report = JSON.parse(text) as Report;
});

describe('the JSON report', () => {
  test('has the names that scripts rely on', () => {
    for (const name of NAMES) {
      const values = valuesAt(report, name.split('.'));
      assert.ok(values.length > 0 && values.every((value) => value !== undefined), name);
    }
  });

  test('is one document of plain JSON', () => {
    assert.doesNotMatch(text, /\b(NaN|Infinity|undefined)\b/);
    assert.ok(text.endsWith('}\n'));
    assert.equal(report.schemaVersion, 1);
  });

  test('identifies model and multiplier by content', async () => {
    const [modelHash] = valuesAt(report, ['model', 'sha256']);
    assert.equal(modelHash, createHash('sha256').update(readFileSync(model)).digest('hex'));
    const { multiplier } = await loadMultiplier(lut);
    const { activation, weight, bits, table } = multiplier;
    const hash = multiplierHash(activation, weight, bits, table);
    assert.deepEqual(valuesAt(report, ['multiplier', 'sha256']), [hash]);
  });

  test('layers follow the patterns of the configuration file', () => {
    assert.deepEqual(valuesAt(report, ['layers', '[]', 'lut']), [
      null,
      'mitchell_int8',
      'mitchell_int8',
      'mitchell_int8',
      'exact',
    ]);
    assert.deepEqual(valuesAt(report, ['layers', '[]', 'approximated']), [false, true, true, true, true]);
    assert.equal(valuesAt(report, ['layers', '[]', 'reason'])[0], "--layer '/0/*=float'");
  });
});

describe('what is written besides', () => {
  const rows = () =>
    readFileSync(path('predictions.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((row) => row.split(','));

  test('predictions: every sample, with what each variant says', () => {
    const [header, ...lines] = rows();
    assert.deepEqual(header, ['index', 'label', 'float', 'exact', 'approx']);
    assert.deepEqual(
      lines.map(([index]) => Number(index)),
      Array.from({ length: SAMPLES }, (_, i) => i),
    );
    for (const [column, variant] of [
      [2, 'float'],
      [3, 'exact'],
      [4, 'approx'],
    ] as const) {
      const correct = lines.filter((line) => line[column] === line[1]).length;
      assert.deepEqual(valuesAt(report, ['results', variant, 'correct']), [correct]);
      assert.deepEqual(valuesAt(report, ['results', variant, 'top1']), [correct / SAMPLES]);
    }
  });

  test('logits: float32 [samples, classes] of the approximate model', () => {
    const { shape, data } = decodeNpy(readFileSync(path('logits.npy')), 'logits.npy');
    assert.deepEqual([...shape], [SAMPLES, 10]);
    assert.ok(data instanceof Float32Array);
    for (const [i, row] of rows().slice(1).entries()) {
      const scores: number[] = [...data.subarray(10 * i, 10 * (i + 1))];
      assert.equal(Number(row[4]), scores.indexOf(Math.max(...scores)));
    }
  });

  test('confusion and per-class accuracy count the same samples', () => {
    const confusion = valuesAt(report, ['results', 'approx', 'confusion'])[0] as number[][];
    assert.equal(
      confusion.flat().reduce((a, b) => a + b),
      SAMPLES,
    );
    const diagonal = confusion.reduce((sum, row, i) => sum + row[i]!, 0);
    assert.deepEqual(valuesAt(report, ['results', 'approx', 'correct']), [diagonal]);
    const perClass = valuesAt(report, ['results', 'approx', 'perClass', '[]', 'samples']) as number[];
    assert.deepEqual(
      perClass,
      confusion.map((row) => row.reduce((a, b) => a + b)),
    );
  });
});
