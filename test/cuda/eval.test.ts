import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import type { EvalReport } from '../../src/report/results.js';
import { decodeNpy } from '../../src/util/npy.js';
import { CUDA, needsCudaDevice } from '../support/cuda_device.js';
import { settings } from '../support/eval_settings.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const calibration = join(folder, 'ranges.json');
let files = 0;

interface Run {
  readonly report: EvalReport;
  readonly logits: Float32Array;
}

async function evaluate(changes: Partial<EvalSettings>): Promise<Run> {
  const saveLogits = join(folder, `logits${files++}.npy`);
  const report = await runEval(settings({ limit: 22, batch: 4, saveLogits, ...changes }));
  const { data } = decodeNpy(readFileSync(saveLogits), saveLogits);
  return { report, logits: data as Float32Array };
}

/** What does not depend on time. */
const accuracies = ({ results }: EvalReport) =>
  [results.float, results.exact, results.approx].map((one) => one && [one.correct, one.top1, one.top5]);

function assertClose(actual: Float32Array, expected: Float32Array, bound: number): void {
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  assert.equal(actual.length, expected.length);
  actual.forEach((x, i) => {
    assert.ok(Math.abs(x - expected[i]!) <= bound * largest, `logit ${i}: ${x}, expected ${expected[i]}`);
  });
}

describe('an evaluation on CUDA', needsCudaDevice, () => {
  const baselines = { float: true, exact: true };

  test('gives what the CPU gives', async () => {
    const cpu = await evaluate({ baselines, saveCalibration: calibration });
    const cuda = await evaluate({ baselines, calibration, device: CUDA });
    assert.deepEqual(accuracies(cuda.report), accuracies(cpu.report));
    assertClose(cuda.logits, cpu.logits, 1e-6);
    const { device, layers, warnings, model } = cuda.report;
    assert.equal(device.kind, 'cuda');
    assert.match(device.gpus.join(), /^cuda:0 ./);
    for (const { kernel } of layers) assert.match(kernel, /^[a-z-]+$/);
    assert.deepEqual([warnings, model.fallbackOps], [[], []]);
    assert.deepEqual(
      layers.map(({ name, sqnr }) => [name, sqnr]),
      cpu.report.layers.map(({ name, sqnr }) => [name, sqnr]),
    );
  });

  test('finds the ranges that the CPU finds, but for roundings', async () => {
    const cpu = await evaluate({});
    const cuda = await evaluate({ device: CUDA });
    assert.deepEqual(accuracies(cuda.report), accuracies(cpu.report));
  });

  test('does not depend on the batch, nor on how many devices share the samples', async () => {
    const one = await evaluate({ calibration, device: CUDA });
    for (const changes of [{ batch: 11 }, { moreDevices: [CUDA] }, { moreDevices: [CUDA, CUDA], batch: 3 }]) {
      const other = await evaluate({ calibration, device: CUDA, ...changes });
      assert.deepEqual(other.logits, one.logits);
      assert.deepEqual(accuracies(other.report), accuracies(one.report));
      assert.equal(other.report.device.gpus.length, 1 + (changes.moreDevices?.length ?? 0));
    }
  });

  test('with dynamic ranges', async () => {
    for (const activation of ['tensor', 'sample'] as const) {
      const qmethod = { mode: 'dynamic', activation, weight: 'channel' } as const;
      const cpu = await evaluate({ qmethod, limit: 8 });
      const cuda = await evaluate({ qmethod, limit: 8, device: CUDA });
      assertClose(cuda.logits, cpu.logits, 1e-6);
    }
  });
});
