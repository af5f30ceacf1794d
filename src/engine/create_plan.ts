import { totalmem } from 'node:os';
import { EXIT, messageOf, UserError } from '../util/errors.js';
import { loadAddon, type NativePlan } from './addon.js';
import { cudaLibraryPath } from './cuda.js';
import { CPU, type Device, deviceName, type EngineOptions } from './device.js';
import type { Plan } from './plan.js';

/** A plan for which the device has not enough memory: a smaller batch may fit. */
export class OutOfDeviceMemory extends UserError {
  readonly #what: string;

  constructor(device: Device, cause: unknown) {
    const what = `a batch does not fit on ${deviceName(device)}: ${messageOf(cause)}`;
    super(`${what}; give a smaller --batch`, { exitCode: EXIT.unavailable, cause });
    this.#what = what;
  }

  /** The same with other advice, which follows what is wrong at once. */
  advising(advice: string): UserError {
    return new UserError(`${this.#what}${advice}`, { exitCode: this.exitCode, cause: this });
  }
}

/** A device that failed while it worked: it is lost, or a kernel did what it must not. */
export class DeviceFailed extends UserError {
  constructor(device: Device, cause: unknown) {
    super(
      `${deviceName(device)}: ${messageOf(cause)}; try again, or use --device cpu; report it if it comes back`,
      { exitCode: EXIT.unavailable, cause },
    );
  }
}

/**
 * Builds a plan that comes from a model: the engine checks every attribute and shape again, and what it refuses
 * is told as an error of the model.
 * @throws UserError also where the plan needs more memory than there is; OutOfDeviceMemory where that is a device's; DeviceFailed
 */
export function createPlan(
  plan: Plan,
  { device = CPU, kernel = '' }: Omit<EngineOptions, 'threads'>,
): NativePlan {
  const addon = loadAddon();
  if (device.kind === 'cpu') checkMemory(plan.arenaBytes);
  try {
    return device.kind === 'cpu'
      ? addon.createPlan(plan)
      : addon.createCudaPlan(plan, cudaLibraryPath(), device.index, kernel);
  } catch (error) {
    const known = engineError(error, device);
    if (known instanceof OutOfDeviceMemory || known instanceof DeviceFailed) throw known;
    throw new UserError(
      `the engine refuses the model: ${messageOf(error)}; check it with onnx.checker, and report it if it is valid`,
      { cause: error },
    );
  }
}

/** What an error of a plan is to be told as. */
export function engineError(error: unknown, device: Device): unknown {
  const { code } = error as { code?: unknown };
  if (device.kind === 'cuda' && code === 'OUT_OF_MEMORY') return new OutOfDeviceMemory(device, error);
  if (code === 'DEVICE_FAILED') return new DeviceFailed(device, error);
  return error;
}

/** The system would end the process without a word. */
function checkMemory(bytes: number): void {
  if (bytes <= totalmem()) return;
  const gigabytes = (size: number) => `${(size / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `a batch needs ${gigabytes(bytes)} of memory, this machine has ${gigabytes(totalmem())}; give a smaller --batch`,
  );
}
