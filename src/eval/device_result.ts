import { cpus } from 'node:os';
import { loadAddon } from '../engine/addon.js';
import { cudaStatus } from '../engine/cuda.js';
import { CPU, type Device, deviceName, type EngineOptions } from '../engine/device.js';
import type { DeviceResult } from '../report/results.js';

/** What networks ran on. */
export function deviceResult(
  { threads, device = CPU }: EngineOptions,
  moreDevices: readonly Device[] = [],
): DeviceResult {
  return {
    kind: device.kind,
    gpus: gpuNames([device, ...moreDevices]),
    isa: loadAddon().isa(),
    threads,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
  };
}

/** e.g. 'cuda:0 NVIDIA H200'; none for the CPU. */
export function gpuNames(devices: readonly Device[]): string[] {
  return devices.flatMap((device) => {
    if (device.kind === 'cpu') return [];
    return [`${deviceName(device)} ${cudaStatus().devices[device.index]?.name ?? ''}`.trimEnd()];
  });
}
