import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import { packagePath } from '../../src/util/paths.js';
import { settings } from '../support/eval_settings.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const STATIC = { mode: 'static', activation: 'tensor', weight: 'channel' } as const;
const PER_SAMPLE = { mode: 'dynamic', activation: 'sample', weight: 'channel' } as const;
const baselines = { float: true, exact: true };

/** The report without what a clock says, as JSON. */
async function figures(changes: Partial<EvalSettings>): Promise<string> {
  const { timing: _, device: __, layers, ...report } = await runEval(settings({ baselines, ...changes }));
  // Which kernel runs depends on the batch and the threads; what it computes does not.
  const comparable = { ...report, layers: layers.map((layer) => ({ ...layer, kernel: null })) };
  return JSON.stringify(comparable, (key, value) =>
    ['seconds', 'imagesPerSecond'].includes(key) ? undefined : value,
  );
}

describe('the same figures', () => {
  const lut = packagePath('luts', 'truncated4_int8.txt');
  for (const qmethod of [STATIC, PER_SAMPLE]) {
    test(`${qmethod.mode}: again, and with two threads`, async () => {
      const common = { lut, qmethod, limit: 100, calibrate: 64, confusion: true, perClass: true };
      const expected = await figures(common);
      assert.equal(await figures(common), expected);
      assert.equal(await figures({ ...common, threads: 2 }), expected);
    });
  }
});

describe('models with a fixed batch', () => {
  const lut = sharedData('luts', 'evoapprox-signed', 'mul8s_1KVL.txt');
  const data = sharedData('mnist');
  const predictions = async (changes: Partial<EvalSettings>) => {
    const savePredictions = join(folder, 'predictions.csv');
    await runEval(settings({ lut, data, baselines, savePredictions, ...changes }));
    return readFileSync(savePredictions, 'utf8').trimEnd().split('\n');
  };
  const cases = [
    { name: 'lenet-mnist-ccoltong', of: 10, preprocess: 'mnist' },
    { name: 'convnet-avgpool-mnist-verivital', of: 1, preprocess: 'mnist-unit' },
  ];
  for (const { name, of, preprocess } of cases) {
    const model = sharedData('models', `${name}.onnx`);
    for (const qmethod of [STATIC, PER_SAMPLE]) {
      test(
        `batch ${of}, ${qmethod.mode}: 13 samples are the first of 20`,
        needs(model, data, lut),
        async () => {
          const all = await predictions({ model, preprocess, qmethod, limit: 20 });
          const first = await predictions({ model, preprocess, qmethod, limit: 13 });
          assert.equal(all.length, 21);
          assert.deepEqual(first, all.slice(0, 14));
        },
      );
    }
  }
});
