import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EXIT, messageOf, UserError } from '../util/errors.js';
import { packagePath } from '../util/paths.js';
import type { Plan } from './plan.js';

/** Instruction sets that the native kernels are built for, ascending. */
export type Isa = 'scalar' | 'avx2' | 'avx512';

/** A multiplier's table in native memory. It may serve any number of plans. */
export interface NativeLut {
  readonly __nativeLut: never;
}

/** Time that an op of a plan took, summed over all runs of the plan. */
export interface OpTime {
  /** Name of the ONNX node. */
  readonly name: string;
  /** Op of the plan's vocabulary. */
  readonly type: string;
  readonly seconds: number;
  /** Kernel that the last run used; empty where the op has but one. */
  readonly kernel: string;
}

/** A plan that was checked and built. It reads the plan's constants in place: they must not change. */
export interface NativePlan {
  /**
   * Runs the plan off the main thread: one array per input of the plan (copied before this returns), one new
   * array per output. Rejects where inputs do not fit the plan, a run is under way or a LUT slot was not set;
   * with the message 'cancelled' after `cancel`, and the code 'OUT_OF_MEMORY' or 'DEVICE_FAILED' where a device has
   * too little, or fails.
   */
  run(inputs: readonly Float32Array[]): Promise<Float32Array[]>;
  /** Runs the plan up to the first op that leaves a NaN or an infinity in an f32 output; null: none does. */
  findNonFinite(inputs: readonly Float32Array[]): Promise<{ name: string; type: string } | null>;
  /** A copy of a state's values. Throws while a run is under way, as does `writeState`. */
  readState(index: number): Float32Array;
  writeState(index: number, values: Float32Array): void;
  /** Ends the run that is under way, before its next op. */
  cancel(): void;
  /** Puts a table into a slot; it serves from the next run on. Throws with the code 'OUT_OF_MEMORY', likewise. */
  setLut(slot: number, lut: NativeLut): void;
  /** Times of the ops, in their order. */
  profile(): OpTime[];
  /** Gives its memory back, as soon as no run is under way; then it is good for nothing. A garbage collection does too. */
  release(): void;
}

/** A device of the CUDA driver. */
export interface CudaDevice {
  readonly name: string;
  /** e.g. '9.0'. */
  readonly computeCapability: string;
  readonly multiprocessors: number;
  /** Bytes. */
  readonly totalMemory: number;
}

/** What there is of CUDA: the library of kernels/, the driver, and its devices. */
export interface CudaStatus {
  /** Whether the file is there. */
  readonly built: boolean;
  /** Whether the library loads and there is a device. */
  readonly available: boolean;
  /** Why not, in one line; null where it is available. */
  readonly reason: string | null;
  /** The device code in the library, e.g. 'sm_80', and 'compute_90' for PTX; empty where it does not load. */
  readonly codes: readonly string[];
  /** CUDA version of the runtime in the library, e.g. '13.0'; null where it does not load. */
  readonly runtimeVersion: string | null;
  /** Latest CUDA version that the driver supports; null without a driver. */
  readonly driverVersion: string | null;
  readonly devices: readonly CudaDevice[];
  /** Types of ops that its plans may name; empty where the library does not load. */
  readonly opTypes: readonly string[];
  /** Families of LUT-GEMM kernels. */
  readonly kernels: readonly string[];
}

/** The native ABI. Every function throws an Error where an argument is not what it takes. */
export interface Addon {
  /** ISAs that this CPU supports, ascending, and the number of its hardware threads. */
  cpuInfo(): { readonly isas: readonly Isa[]; readonly threads: number };
  /** The ISA in use. */
  isa(): Isa;
  /** Types of ops that plans of the CPU engine may name, ascending. */
  opTypes(): string[];
  /** Number of computing threads (1 to 1024) of runs that begin from now on; all hardware threads by default. */
  setThreads(count: number): void;
  /** Checks and builds a plan. Throws an Error that names the op or tensor which is not sound. */
  createPlan(plan: Plan): NativePlan;
  /**
   * The same on a device of the CUDA library at `path`. Two runs may be under way at the same time; a plan whose
   * arena the device cannot hold is an Error with the code 'OUT_OF_MEMORY'.
   * @param kernel the family of LUT-GEMM kernels to use; '' for the fastest of each layer
   */
  createCudaPlan(plan: Plan, path: string, device: number, kernel: string): NativePlan;
  /** `table`: 256 × 256 products, row = activation index, column = weight index; copied. */
  createLut(table: Int32Array): NativeLut;
  /** Opens the CUDA library of this path and asks for the driver and its devices, which are not initialized. */
  cudaStatus(path: string): CudaStatus;
  /** Runs a kernel on a device; the bytes that are free there. Throws an Error with the reason where it fails. */
  probeCudaDevice(path: string, index: number): number;
  /** Ends the process at once, whatever native code is running; nothing is flushed. */
  exitNow(code: number): never;
}

let addon: Addon | undefined;

/**
 * The native addon; loaded by the first call. Throws UserError where it was not built, does not load, or lacks
 * the ISA that the environment variable APPROXTORCH_ISA asks for.
 */
export function loadAddon(): Addon {
  addon ??= open();
  return addon;
}

/** Ends the process at once, even while native code runs: process.exit() would wait for it. */
export function exitNow(code: number): never {
  return addon === undefined ? process.exit(code) : addon.exitNow(code);
}

/** Path of the addon. The override is for tests of other builds (sanitizers, emulated instruction sets). */
export function addonPath(): string {
  return process.env.APPROXTORCH_ADDON ?? packagePath('build', 'Release', 'approxtorch.node');
}

function open(): Addon {
  const path = addonPath();
  if (!existsSync(path)) {
    throw new UserError(`the native addon is not built (${path} is missing); build it with: npm run build`, {
      exitCode: EXIT.unavailable,
    });
  }
  let loaded: Addon;
  try {
    loaded = createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    const reason = messageOf(error).split('\n', 1)[0];
    throw new UserError(`the native addon does not load: ${reason}; build it again with: npm run build`, {
      exitCode: EXIT.unavailable,
      cause: error,
    });
  }
  const wanted = process.env.APPROXTORCH_ISA;
  const { isas } = loaded.cpuInfo();
  if (wanted && !isas.some((isa) => isa === wanted)) {
    throw new UserError(`APPROXTORCH_ISA=${wanted} cannot be used: this CPU offers ${isas.join(', ')}`, {
      exitCode: EXIT.unavailable,
    });
  }
  return loaded;
}
