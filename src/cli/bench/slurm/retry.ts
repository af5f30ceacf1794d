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
 * file system; one that was cancelled waits for the next look, which shows whether all were.
 * @param patience that time in ms
 */
export function verdictOn({ state, attempts, since }: OpenTask, patience: number): Verdict {
  if (state !== undefined && !isEnded(state)) return 'wait';
  if ((state === undefined || state === 'COMPLETED') && since < patience) return 'wait';
  if (state === 'CANCELLED' && since === 0) return 'wait';
  return attempts < mostAttempts ? 'retry' : 'give up';
}

/** What becomes of tasks that are open together. */
export function verdictsOn(open: readonly OpenTask[], patience: number): Verdict[] {
  if (isCalledOff(open)) return open.map(() => 'give up');
  // A cancelled array: tasks that waited are cancelled at once, those that ran when their processes have ended.
  const ending = open.some(({ state }) => state === 'COMPLETING');
  return open.map((task) => (task.state === 'CANCELLED' && ending ? 'wait' : verdictOn(task, patience)));
}

/**
 * Whether somebody cancelled the whole array. A single cancelled task is one that was killed: Slurm has the same name
 * for both.
 */
function isCalledOff(open: readonly OpenTask[]): boolean {
  return open.length > 1 && open.every(({ state }) => state === 'CANCELLED');
}

/** The state for messages. */
export function stateName(state: string | undefined): string {
  if (state === undefined) return 'not known to Slurm any more';
  return state === 'COMPLETED' ? 'COMPLETED without results' : state;
}
