import { join } from 'node:path';
import { UserError } from '../../../util/errors.js';
import type { SlurmSettings } from './settings.js';

/** What the script of a job array runs. */
export interface BatchCommand {
  /** Where paths of the command line start. */
  readonly cwd: string;
  /** The program and what comes before --shard. */
  readonly head: readonly string[];
  /** What comes after it. */
  readonly options: readonly string[];
  /** All shards. */
  readonly count: number;
  readonly folder: string;
}

export const partFile = (folder: string, task: number) => join(folder, `part-${task}.json`);
export const logFile = (folder: string, task: number) => join(folder, `log-${task}.txt`);
export const scriptFile = (folder: string) => join(folder, 'task.sh');

/**
 * The script of every task of a job array: one shard of the suite, numbered as the task.
 * @throws UserError where a text holds a line break or another control character
 */
export function batchScript({ cwd, head, options, count, folder }: BatchCommand): string {
  const words = [
    ...head.map(quoted),
    ...['--shard', `"$SLURM_ARRAY_TASK_ID/${count}"`],
    ...options.map(quoted),
    ...['--output', `${quoted(join(folder, 'part-'))}"$SLURM_ARRAY_TASK_ID.json"`],
  ];
  return `#!/bin/sh
# A task of approxtorch bench --executor slurm.
cd ${quoted(cwd)} || exit 3
${words.join(' ')}
status=$?
# A gate that failed is no failure of the task.
if [ "$status" -eq 1 ]; then exit 0; fi
exit "$status"
`;
}

/** The arguments of sbatch. @param tasks numbers of the array's tasks, in ascending order */
export function sbatchArguments(
  { partition, account, gres, time, arrayLimit, cpus }: SlurmSettings,
  {
    name,
    folder,
    tasks,
  }: { readonly name: string; readonly folder: string; readonly tasks: readonly number[] },
): string[] {
  return [
    '--parsable',
    `--job-name=${name}`,
    `--array=${ranges(tasks)}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
    `--output=${logPattern(folder)}`,
    // A retry leaves the words of the task before it.
    '--open-mode=append',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    scriptFile(folder),
  ];
}

/** A word of a POSIX shell. @throws UserError where it holds a control character, which sbatch cannot take either */
export function quoted(text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw new UserError(
      `${text}: holds a line break or control character, which Slurm cannot take; rename it`,
    );
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** e.g. 1-3,7 */
export function ranges(tasks: readonly number[]): string {
  const spans: { from: number; to: number }[] = [];
  for (const task of tasks) {
    const last = spans.at(-1);
    if (last?.to === task - 1) last.to = task;
    else spans.push({ from: task, to: task });
  }
  return spans.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/**
 * Slurm replaces % in names of files, and takes \ as a sign not to.
 * @throws UserError for \, which it removes from every name
 */
function logPattern(folder: string): string {
  if (folder.includes('\\')) {
    throw new UserError(`--slurm-dir: ${folder} holds a \\, which Slurm does not keep; name another folder`);
  }
  return logFile(folder.replaceAll('%', '%%'), 0).replace(/0\.txt$/, '%a.txt');
}
