import { cudaStatus, whyNoCudaDevice } from '../engine/cuda.js';
import { CPU, type Device, deviceName } from '../engine/device.js';
import { defaults } from '../eval/defaults.js';
import { EXIT, UserError } from '../util/errors.js';

/** What the user says of the engine. */
export interface GivenEngine {
  /** `auto`, `cpu`, `cuda` (the first device) or `cuda:N`. */
  readonly device?: string;
  /** Numbers of CUDA devices. */
  readonly devices?: 'all' | readonly number[];
  readonly kernel?: string;
}

/** The engine that will run. */
export interface ChosenEngine {
  readonly device: Device;
  /** That share the work with it. */
  readonly moreDevices?: readonly Device[];
  readonly kernel?: string;
}

/**
 * Finds the engine that was asked for, and why it was taken where that was left open.
 * @throws UserError (exit code 3) where what was asked for cannot be used, or the addon is not built
 */
export function chooseEngine(given: GivenEngine): { engine: ChosenEngine; why: string | null } {
  const { devices, why } = chooseDevices(given);
  const [device = CPU, ...moreDevices] = devices;
  if (given.kernel !== undefined) expectKernel(given.kernel, device);
  const engine: ChosenEngine = {
    device,
    ...(moreDevices.length > 0 && { moreDevices }),
    ...(given.kernel !== undefined && { kernel: given.kernel }),
  };
  return { engine, why: why && `running on ${deviceName(device)}: ${why}` };
}

function chooseDevices({ device = defaults.device, devices }: GivenEngine): {
  devices: readonly Device[];
  why: string | null;
} {
  if (devices !== undefined) {
    if (device === 'cpu') throw new UserError('--devices: names CUDA devices; leave --device cpu out');
    return { devices: chooseAll(devices), why: null };
  }
  if (device === 'cpu') return { devices: [CPU], why: null };
  const index = Number(device.split(':')[1] ?? 0);
  const why = whyNoCudaDevice(index);
  if (why !== null && device !== 'auto') throw unavailable(`--device ${device}`, why);
  if (why !== null) return { devices: [CPU], why };
  return { devices: [{ kind: 'cuda', index }], why: device === 'auto' ? cudaDeviceName(index) : null };
}

function chooseAll(wanted: 'all' | readonly number[]): Device[] {
  const { reason, devices } = cudaStatus();
  const flag = `--devices ${wanted === 'all' ? wanted : wanted.join(',')}`;
  if (reason !== null) throw unavailable(flag, reason);
  return (wanted === 'all' ? devices.map((_, index) => index) : wanted).map((index) => {
    const why = whyNoCudaDevice(index);
    if (why !== null) throw unavailable(`${flag}: cuda:${index}`, why);
    return { kind: 'cuda', index };
  });
}

function unavailable(what: string, why: string): UserError {
  return new UserError(`${what}: ${why}; use --device cpu or auto`, { exitCode: EXIT.unavailable });
}

/** As the driver calls it. */
function cudaDeviceName(index: number): string {
  return cudaStatus().devices[index]?.name ?? 'unknown';
}

function expectKernel(kernel: string, { kind }: Device): void {
  const { kernels } = cudaStatus();
  if (kind === 'cpu') {
    throw new UserError(
      `--kernel ${kernel}: chooses between kernels of CUDA; give --device cuda, or leave it out`,
    );
  }
  if (kernels.includes(kernel)) return;
  throw new UserError(
    `--kernel ${kernel}: there is no such family of kernels, expected ${kernels.join(', ')}`,
  );
}
