/** What plans run on. */
export type Device = { readonly kind: 'cpu' } | { readonly kind: 'cuda'; readonly index: number };

export const CPU: Device = { kind: 'cpu' };

/** How networks run. */
export interface EngineOptions {
  /** Of the CPU engine (for the whole process) and of onnxruntime's sessions. */
  readonly threads: number;
  /** Default: the CPU. */
  readonly device?: Device;
  /** Family of LUT-GEMM kernels on CUDA (default: the fastest for each layer). */
  readonly kernel?: string;
}

/** Settings of the engine among others. */
export function engineOf({ threads, device, kernel }: EngineOptions): EngineOptions {
  return { threads, device, kernel };
}

/** As --device takes it. */
export function deviceName(device: Device): string {
  return device.kind === 'cpu' ? 'cpu' : `cuda:${device.index}`;
}
