import { isEnded } from './output.js';

/** A task is submitted so often at most. */
export const mostAttempts = 3;

/** A task whose results are not there. */
export interface OpenTask {
  readonly task: number;
  /** How often it was submitted. */
  readonly attempts: number;
  /** What Slurm says; undefined: it does not know the task any more. */
  readonly state: string | undefined;
  /** Since when that is so, in ms. */
  readonly since: number;
}

export type Verdict = 'wait' | 'retry' | 'give up';

/**
 * What becomes of a task. One that ended well, or was forgotten, gets time for its results to come through a shared
 * file system.
 * @param patience that time in ms
 */
export function verdictOn({ state, attempts, since }: OpenTask, patience: number): Verdict {
  if (state !== undefined && !isEnded(state)) return 'wait';
  if ((state === undefined || state === 'COMPLETED') && since < patience) return 'wait';
  return attempts < mostAttempts ? 'retry' : 'give up';
}

/**
 * Whether somebody cancelled the whole array. A single cancelled task is one that was killed: Slurm has the same name
 * for both.
 */
export function isCalledOff(open: readonly OpenTask[]): boolean {
  return open.length > 1 && open.every(({ state }) => state === 'CANCELLED');
}

/** The state for messages. */
export function stateName(state: string | undefined): string {
  if (state === undefined) return 'not known to Slurm any more';
  return state === 'COMPLETED' ? 'COMPLETED without results' : state;
}
