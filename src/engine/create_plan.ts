import { totalmem } from 'node:os';
import { messageOf, UserError } from '../util/errors.js';
import { loadAddon, type NativePlan } from './addon.js';
import type { Plan } from './plan.js';

/**
 * Builds a plan that comes from a model: the engine checks every attribute and shape again, and what it refuses
 * is told as an error of the model.
 * @throws UserError also where the plan needs more memory than there is
 */
export function createPlan(plan: Plan): NativePlan {
  checkMemory(plan.arenaBytes);
  try {
    return loadAddon().createPlan(plan);
  } catch (error) {
    throw new UserError(
      `the engine refuses the model: ${messageOf(error)}; check it with onnx.checker, and report it if it is valid`,
      { cause: error },
    );
  }
}

/** The system would end the process without a word. */
function checkMemory(bytes: number): void {
  if (bytes <= totalmem()) return;
  const gigabytes = (size: number) => `${(size / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `a batch needs ${gigabytes(bytes)} of memory, this machine has ${gigabytes(totalmem())}; give a smaller --batch`,
  );
}
