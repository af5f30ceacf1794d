import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../util/errors.js';
import { addonPath, type CudaStatus, loadAddon } from './addon.js';

/** Absolute path of the CUDA library: beside the addon. The override is for tests. */
export function cudaLibraryPath(): string {
  // Absolute, because a bare name would be looked for in the system's folders.
  return resolve(
    process.env.APPROXTORCH_CUDA_LIBRARY ?? join(dirname(addonPath()), 'libapproxtorch_cuda.so'),
  );
}

/** What there is of CUDA. Throws as `loadAddon` does. */
export function cudaStatus(): CudaStatus {
  return loadAddon().cudaStatus(cudaLibraryPath());
}

/** Runs a kernel on a device; the bytes that are free there. Throws an Error with the reason where it fails. */
export function probeCudaDevice(index: number): number {
  return loadAddon().probeCudaDevice(cudaLibraryPath(), index);
}

/** Why networks cannot run on this CUDA device, in one line; null: they can. Throws as `loadAddon` does. */
export function whyNoCudaDevice(index: number): string | null {
  const { reason, devices } = cudaStatus();
  if (reason !== null) return reason;
  if (index >= devices.length) {
    const last = devices.length - 1;
    return `there is no CUDA device ${index}, ${last === 0 ? 'only cuda:0' : `only cuda:0 to cuda:${last}`}`;
  }
  try {
    probeCudaDevice(index);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
