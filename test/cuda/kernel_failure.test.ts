import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
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
