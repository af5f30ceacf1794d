import type { Command } from 'commander';

/** Flags of bench that submit to a cluster. Those called --slurm- can stand in the suite, too. */
export function addClusterOptions(command: Command): void {
  command
    .optionsGroup('Cluster:')
    .option('--executor <where>', 'local, or slurm: as a job array (default: local)')
    .option('--slurm-partition <name>', 'as --partition of sbatch; the next three likewise')
    .option('--slurm-account <name>', 'account that is charged')
    .option('--slurm-gres <list>', 'generic resources of each task, e.g. gpu:1')
    .option('--slurm-time <limit>', 'of each task: minutes, or [days-]hours:minutes:seconds')
    .option('--slurm-array-limit <n>', 'tasks at the same time')
    .option('--slurm-tasks <n>', 'tasks that the suite is split into (default: one per entry, 64 at most)')
    .option('--slurm-cpus <n>', 'processors and threads of each task (default: --threads, else 1)')
    .option(
      '--slurm-dir <dir>',
      'new folder on the shared file system for results and logs (default: .approxtorch/slurm-ID)',
    )
    .option('--detach', 'submit and end; bench attach DIR waits and reports');
}
