import { loadAddon, type NativePlan } from '../../src/engine/addon.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
import { CPU, type Device } from '../../src/engine/device.js';
import type { Plan } from '../../src/engine/plan.js';

/** Whether the tests of plans run on the CUDA engine: APPROXTORCH_TEST_DEVICE=cuda. */
export const ON_CUDA = process.env.APPROXTORCH_TEST_DEVICE === 'cuda';

/** The device that is tested. */
export const TEST_DEVICE: Device = ON_CUDA ? { kind: 'cuda', index: 0 } : CPU;

/** Builds a plan on the engine that is tested; APPROXTORCH_TEST_KERNEL names a family of LUT-GEMM kernels. */
export function createTestPlan(plan: Plan): NativePlan {
  const addon = loadAddon();
  const kernel = process.env.APPROXTORCH_TEST_KERNEL ?? '';
  return ON_CUDA ? addon.createCudaPlan(plan, cudaLibraryPath(), 0, kernel) : addon.createPlan(plan);
}
