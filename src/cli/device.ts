import { EXIT, UserError } from '../util/errors.js';

const noCuda = 'this build has no CUDA engine';

/**
 * The engine that will run.
 * @param device `auto`, `cpu`, `cuda` or `cuda:N`.
 * @returns the device, and why it was taken where it was left open.
 * @throws UserError (exit code 3) where the device that was asked for is not there.
 */
export function chooseDevice(device: string): { device: 'cpu'; why: string | null } {
  if (device.startsWith('cuda')) {
    throw new UserError(`--device ${device}: ${noCuda}; use --device cpu or auto`, {
      exitCode: EXIT.unavailable,
    });
  }
  return { device: 'cpu', why: device === 'auto' ? noCuda : null };
}
