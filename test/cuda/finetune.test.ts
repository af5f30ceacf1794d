import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runFinetune } from '../../src/train/run_finetune.js';
import type { FinetuneSettings } from '../../src/train/settings.js';
import { CUDA, needsCudaDevice, needsEmulatedDevice } from '../support/cuda_device.js';
import { unavailableError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { finetuneSettings, writeConvolutional, writeImages } from '../train/finetune_fixture.js';

const folder = temporaryFolder();
const [data, model] = [join(folder, 'data'), join(folder, 'conv.onnx')];

before(() => {
  mkdirSync(data);
  writeImages(data, 64, 32);
  writeConvolutional(model);
});

const train = (changes: Partial<FinetuneSettings>) =>
  runFinetune(finetuneSettings({ model, data, save: join(folder, 'tuned.onnx'), epochs: 2, ...changes }));

describe('a training on CUDA', needsCudaDevice, () => {
  for (const changes of [
    { gradient: { estimator: 'ste' } },
    { gradient: { estimator: 'difference', window: 8 } },
    {
      lut: 'float',
      optimizer: {
        kind: 'adam',
        momentum: 0.9,
        nesterov: false,
        betas: [0.9, 0.999],
        weightDecay: 0,
        clipNorm: Infinity,
      },
    },
    { batchNorm: 'train', accumulate: 2, batch: 8 },
  ] satisfies Partial<FinetuneSettings>[]) {
    test(`follows the CPU's curve: ${JSON.stringify(changes)}`, async () => {
      const cpu = await train(changes);
      const cuda = await train({ ...changes, device: CUDA });
      assert.match(cuda.device.gpus[0] ?? '', /^cuda:0 ./);
      for (const [i, epoch] of cuda.curve.entries()) {
        const { loss } = cpu.curve[i]!;
        assert.ok(
          Math.abs(epoch.loss - loss) <= 1e-3 * loss,
          `epoch ${i + 1}: ${epoch.loss}, on the CPU ${loss}`,
        );
      }
      const correct = ({ after }: typeof cpu) => after.approx?.correct ?? after.float.correct;
      assert.ok(Math.abs(correct(cuda) - correct(cpu)) <= 1);
    });
  }
});

test(
  'a batch that does not fit is refused with one that makes the same steps',
  needsEmulatedDevice,
  async () => {
    // An evaluation fits, a training step of so many images does not.
    process.env.APPROXTORCH_EMULATED_MEMORY = '100000';
    try {
      await assert.rejects(
        train({ device: CUDA, lut: 'float', batch: 512, valSplit: 0 }),
        unavailableError(
          /^a batch does not fit on cuda:0: .*; give --batch 256 --accumulate 2, which makes steps of as many/,
        ),
      );
    } finally {
      delete process.env.APPROXTORCH_EMULATED_MEMORY;
    }
  },
);

test('a device that fails between two steps is told in one line', needsEmulatedDevice, async () => {
  const failing = () => {
    process.env.APPROXTORCH_EMULATED_FAILURE = '1';
  };
  const settings = finetuneSettings({
    model,
    data,
    save: join(folder, 'lost.onnx'),
    epochs: 1,
    device: CUDA,
  });
  try {
    await assert.rejects(
      runFinetune(settings, { onProgress: (progress) => progress.training && failing() }),
      unavailableError(
        /^cuda:0: CUDA fails: a kernel of \P{Cc}+; try again, or use --device cpu; report it/u,
      ),
    );
  } finally {
    delete process.env.APPROXTORCH_EMULATED_FAILURE;
  }
});
