import { cudaLibraryPath, cudaStatus, whyNoCudaDevice } from '../../src/engine/cuda.js';
import type { Device } from '../../src/engine/device.js';

const why = whyNoCudaDevice(0);

/** Options for `describe` or `test`: skips with the reason where no CUDA device can be used. */
export const needsCudaDevice: { skip?: string } =
  why === null ? {} : { skip: `${why}; npm run test:gpu runs it` };

export const CUDA: Device = { kind: 'cuda', index: 0 };

/** Whether what stands for a device is the emulation, where a block of threads takes its time. */
export const EMULATED = why === null && cudaStatus().devices[0]?.name === 'emulated device';

/** Likewise where the device is not the emulated one, whose memory can be limited. */
export const needsEmulatedDevice: { skip?: string } = EMULATED
  ? {}
  : { skip: why ?? `${cudaLibraryPath()} is not the emulation's: the device's memory cannot be limited` };
