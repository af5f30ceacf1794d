import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { probeCudaDevice } from '../../src/engine/cuda.js';
import { Network } from '../../src/engine/network.js';
import { bindModel, loadModel } from '../../src/eval/model.js';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import { packagePath } from '../../src/util/paths.js';
import { CUDA, needsCudaDevice, needsEmulatedDevice } from '../support/cuda_device.js';
import { unavailableError } from '../support/errors.js';
import { settings } from '../support/eval_settings.js';

const free = () => probeCudaDevice(0);

describe('memory of a device', needsCudaDevice, () => {
  test('comes back when a network is released', async () => {
    const file = packagePath('models', 'lenet-digits.onnx');
    const { graph, input } = await bindModel(await loadModel(file), 1);
    const x = new Map([[input.name, new Float32Array(28 * 28)]]);
    const open = () => Network.create(graph, { threads: 1, device: CUDA });
    // What the driver keeps for itself is there after the first ones.
    for (let i = 0; i < 3; i++) {
      const network = await open();
      await network.run(x);
      await network.release();
    }
    const before = free();
    for (let i = 0; i < 1000; i++) {
      const network = await open();
      if (i % 100 === 0) await network.run(x);
      await network.release();
    }
    assert.ok(free() >= before - 2 ** 21, `${before - free()} bytes fewer`);
  });
});

describe('a device with little memory', needsEmulatedDevice, () => {
  afterEach(() => {
    delete process.env.APPROXTORCH_EMULATED_MEMORY;
  });

  /** Bytes in use while batches of this size are evaluated. */
  async function used(batch: number): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    const all = free();
    await runEval(small({ batch }), {
      onProgress: ({ phase }) => {
        if (phase === 'evaluate') least = Math.min(least, free());
      },
    });
    return all - least;
  }

  // Fewer samples than SQNRs are measured on: all networks are there to the end.
  const small = (changes: Partial<EvalSettings>) =>
    settings({ device: CUDA, kernel: 'gather', limit: 31, calibrate: 4, batch: undefined, ...changes });

  test('gets smaller batches until they fit, and gives everything back', async () => {
    const [most, least] = [await used(31), await used(7)];
    assert.ok(most > least);
    const limited = Math.round((most + least) / 2);
    const expected = await runEval(small({ batch: 7 }));
    process.env.APPROXTORCH_EMULATED_MEMORY = String(limited);
    const warnings: string[] = [];
    const { results } = await runEval(small({}), { onWarning: (message) => warnings.push(message) });
    assert.equal(warnings[0], 'batch 31 does not fit on cuda:0, using 15');
    assert.equal(results.approx.correct, expected.results.approx.correct);
    assert.equal(free(), limited);
  });

  test('refuses a batch that was asked for in one line, and not even one sample in another', async () => {
    process.env.APPROXTORCH_EMULATED_MEMORY = '500000';
    await assert.rejects(
      runEval(small({ batch: 31 })),
      unavailableError(/^a batch does not fit on cuda:0: \P{Cc}+; give a smaller --batch$/u),
    );
    await assert.rejects(
      runEval(small({})),
      unavailableError(
        /^a batch does not fit on cuda:0: \P{Cc}+, not even one of a single sample; use --device cpu$/u,
      ),
    );
    assert.equal(free(), 500000);
  });
});
