import type { GivenSlurm } from '../../../config/suite/suite_schema.js';
import { UserError } from '../../../util/errors.js';
import { type BenchFlags, positiveFlag } from '../bench_flags.js';

/** How a suite is submitted. Texts are sbatch's; undefined: what the cluster has as its default. */
export interface SlurmSettings {
  readonly partition?: string;
  readonly account?: string;
  readonly gres?: string;
  readonly time?: string;
  /** Tasks at the same time. */
  readonly arrayLimit?: number;
  /** Processors of each task. */
  readonly cpus: number;
}

/** Tasks of a suite that says nothing of them, at most. */
const defaultTasks = 64;

/** Of flags, else of the suite. @throws UserError where a flag is wrong */
export function slurmSettings(flags: BenchFlags, suite: GivenSlurm): SlurmSettings {
  const time = flags.slurmTime ?? suite.time;
  return {
    partition: textFlag('--slurm-partition', flags.slurmPartition) ?? suite.partition,
    account: textFlag('--slurm-account', flags.slurmAccount) ?? suite.account,
    gres: textFlag('--slurm-gres', flags.slurmGres) ?? suite.gres,
    time: textFlag('--slurm-time', time === undefined ? undefined : String(time)),
    arrayLimit: positiveFlag('--slurm-array-limit', flags.slurmArrayLimit) ?? suite['array-limit'],
    cpus:
      positiveFlag('--slurm-cpus', flags.slurmCpus) ??
      suite.cpus ??
      positiveFlag('--threads', flags.threads) ??
      1,
  };
}

/** How many tasks a suite of so many entries is split into. @throws UserError where the flag is wrong */
export function taskCount(flags: BenchFlags, suite: GivenSlurm, entries: number): number {
  return Math.min(positiveFlag('--slurm-tasks', flags.slurmTasks) ?? suite.tasks ?? defaultTasks, entries);
}

function textFlag(flag: string, value: string | undefined): string | undefined {
  if (value === '') throw new UserError(`${flag}: is empty`);
  return value;
}
