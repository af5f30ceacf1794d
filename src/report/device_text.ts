import { counted } from './numbers.js';
import type { DeviceResult } from './results.js';

/** e.g. 'cpu avx512', or 'cuda:0 NVIDIA H200'. */
export function engineText({ kind, gpus, isa }: Pick<DeviceResult, 'kind' | 'gpus' | 'isa'>): string {
  return gpus.length > 0 ? gpus.join(', ') : `${kind} ${isa}`;
}

/** e.g. 'cuda:0 NVIDIA H200 · 16 threads · Intel Xeon'. */
export function deviceText(device: DeviceResult): string {
  return `${engineText(device)} · ${counted(device.threads, 'thread')} · ${device.cpu}`;
}
