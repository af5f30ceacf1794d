import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
import { packagePath } from '../../src/util/paths.js';
import { approxtorch } from '../cli/spawn.js';
import { needsEmulatedDevice } from '../support/cuda_device.js';
import { randomTensor, seeded, singleOpPlan } from '../support/native_op.js';

test('a kernel that cannot be launched is named, and later plans run', needsEmulatedDevice, async () => {
  const x = randomTensor([3, 5], seeded(1));
  const plan = singleOpPlan({ type: 'Relu', inputs: [x], outputShape: [3, 5] });
  const run = () =>
    loadAddon()
      .createCudaPlan(plan, cudaLibraryPath(), 0, '')
      .run([x.data as Float32Array]);
  process.env.APPROXTORCH_EMULATED_FAILURE = '1';
  try {
    await assert.rejects(run(), {
      message: "CUDA fails: a kernel of Relu 'op': unspecified launch failure (cudaErrorLaunchFailure)",
    });
  } finally {
    delete process.env.APPROXTORCH_EMULATED_FAILURE;
  }
  assert.equal((await run())[0]!.length, 15);
});

test(
  'a device that fails in the middle ends the command with 3 and one line',
  needsEmulatedDevice,
  async () => {
    const model = packagePath('models', 'lenet-digits.onnx');
    const few = ['--lut', packagePath('luts', 'drum2_int8.txt'), '--limit', '8', '--batch', '4'];
    const commands = [
      // While a layer's tables are laid out, and in an op.
      { args: ['eval', model, ...few, '--calibrate', '4'], failure: 20 },
      { args: ['eval', model, ...few, '--calibrate', '4', '--baselines', 'none'], failure: 60 },
    ];
    for (const { args, failure } of commands) {
      const { stderr, code } = await approxtorch([...args, '--device', 'cuda', '--quiet'], {
        env: { ...process.env, APPROXTORCH_EMULATED_FAILURE: String(failure) },
      });
      assert.equal(code, 3, stderr);
      const line =
        /^approxtorch: cuda:0: CUDA fails: a kernel of \P{Cc}+ \(cudaErrorLaunchFailure\); try again, or use --device cpu; report it if it comes back\n$/u;
      assert.match(stderr, line);
    }
  },
);
