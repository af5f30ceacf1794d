import { whyNoCuda, whyNoCudaDevice } from '../engine/cuda.js';
import { EXIT, UserError } from '../util/errors.js';

/**
 * The engine that will run.
 * @param device `auto`, `cpu`, `cuda` (the first device) or `cuda:N`.
 * @returns the device, and why it was taken where it was left open.
 * @throws UserError (exit code 3) where the device that was asked for cannot be used, or the addon is not built.
 */
export function chooseDevice(device: string): { device: 'cpu'; why: string | null } {
  if (device.startsWith('cuda')) {
    const why = whyNoCudaDevice(Number(device.split(':')[1] ?? 0));
    throw new UserError(`--device ${device}: ${why}; use --device cpu or auto`, {
      exitCode: EXIT.unavailable,
    });
  }
  return { device: 'cpu', why: device === 'auto' ? whyNoCuda() : null };
}
