import { counted } from './numbers.js';
import type { DeviceResult } from './results.js';

/** e.g. 'cpu avx512 · 2 threads · AMD EPYC', or 'cuda:0 NVIDIA H200 · 16 threads · Intel Xeon'. */
export function deviceText({ kind, gpus, isa, threads, cpu }: DeviceResult): string {
  const engine = gpus.length > 0 ? gpus.join(' · ') : `${kind} ${isa}`;
  return `${engine} · ${counted(threads, 'thread')} · ${cpu}`;
}
