/** A task of a job array as squeue or sacct tells of it. */
export interface TaskRow {
  /** Of the whole array. */
  readonly job: string;
  readonly task: number;
  /** e.g. RUNNING; see `isEnded`. */
  readonly state: string;
  /** Why it waits; '' where that is not told. */
  readonly reason: string;
}

/** For squeue --format: what `parseQueue` reads. */
export const queueFormat = '%F|%K|%T|%r';
/** For sacct --format: what `parseAccounting` reads. */
export const accountingFormat = 'JobID,State';

/** States that a task does not leave; any other one, also of a later Slurm, may still come to an end. */
const ended = new Set([
  ...['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'OUT_OF_MEMORY', 'NODE_FAIL', 'BOOT_FAIL'],
  ...['DEADLINE', 'PREEMPTED', 'REVOKED', 'LAUNCH_FAILED', 'RECONFIG_FAIL'],
]);

export function isEnded(state: string): boolean {
  return ended.has(state);
}

/** The number of a job from sbatch --parsable, which may say the cluster, too; undefined where it says none. */
export function parseSubmission(stdout: string): string | undefined {
  return /^(\d+)(;.*)?$/m.exec(stdout)?.[1];
}

/** Tasks in what squeue prints in `queueFormat`, one of an array a line. */
export function parseQueue(stdout: string): TaskRow[] {
  return stdout.split('\n').flatMap((line) => {
    const [job, task, state, ...reason] = line.trim().split('|');
    if (!/^\d+$/.test(job ?? '') || !/^\d+$/.test(task ?? '') || !state) return [];
    return [{ job: job!, task: Number(task), state, reason: reason.join('|') }];
  });
}

/**
 * Tasks in what sacct --parsable2 prints in `accountingFormat`. Steps (12_3.batch) and tasks that wait together
 * (12_[4-6]) are left out; a state is a word, without who cancelled it.
 */
export function parseAccounting(stdout: string): TaskRow[] {
  return stdout.split('\n').flatMap((line) => {
    const [id, state] = line.trim().split('|');
    const [, job, task] = /^(\d+)_(\d+)$/.exec(id ?? '') ?? [];
    const [word] = (state ?? '').split(' ');
    if (job === undefined || !word) return [];
    return [{ job, task: Number(task), state: word.replace(/\+$/, ''), reason: '' }];
  });
}

/** What a tool of Slurm said on stderr, in one line and without its name. */
export function complaint(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim().replace(/^[a-z_]+: (error|fatal): |^slurm_\w+ error: /, ''))
    .filter((line) => line !== '');
  return [...new Set(lines)].join('; ') || 'it said nothing';
}

/** Whether it says that the controller, or what leads to it, is out of reach for now. */
export function isOutage(stderr: string): boolean {
  return /unable to contact|connect(ion)? (failure|refused|timed out)|timed out|socket|zero bytes|munge|authentication|try again|temporarily|backup controller|in standby/i.test(
    stderr,
  );
}

/** Whether it says that this machine does not know the cluster. */
export function isUnconfigured(stderr: string): boolean {
  return /configuration (source|file)|fetch config|slurm\.conf/i.test(stderr);
}
