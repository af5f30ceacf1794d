import type { Command } from 'commander';
import type { GivenSlurm } from '../../config/suite/suite_schema.js';
import { UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { type BenchFlags, positiveFlag } from './bench_flags.js';
import { type Executor, localExecutor } from './executor.js';

/** @throws UserError where the flags contradict each other */
export function checkExecutorFlags(flags: BenchFlags, command: Command): void {
  const { executor = 'local' } = flags;
  if (executor !== 'local' && executor !== 'slurm') {
    throw new UserError(`--executor: '${executor}', expected local or slurm`);
  }
  const given = (pattern: RegExp) =>
    command.options.find(
      (option) =>
        pattern.test(option.attributeName()) &&
        command.getOptionValueSource(option.attributeName()) === 'cli',
    )?.long;
  if (executor === 'local') {
    const flag = given(/^slurm|^detach$/);
    if (flag !== undefined) throw new UserError(`${flag}: needs --executor slurm`);
    if ((positiveFlag('--jobs', flags.jobs) ?? 1) > 1 && flags.shard !== undefined) {
      throw new UserError('--jobs: goes with whole suites; leave it or --shard out');
    }
    const divided = given(/^(jobs|shard)$/);
    if (flags.devices !== undefined && divided !== undefined) {
      throw new UserError(
        `--devices: gives each device a process and a share of the suite; leave it or ${divided} out`,
      );
    }
    return;
  }
  const split = given(/^(jobs|shard|devices)$/);
  if (split !== undefined) {
    throw new UserError(`${split}: does not go with --executor slurm; --slurm-tasks splits the suite`);
  }
  const late = flags.detach ? given(/^(report|format|output)$/) : undefined;
  if (late !== undefined) throw new UserError(`${late}: does not go with --detach; give it to bench attach`);
}

/** @param slurm what the suite says of Slurm */
export async function chooseExecutor(
  flags: BenchFlags,
  slurm: GivenSlurm,
  { io, library }: CommandContext,
): Promise<Executor> {
  if (flags.executor !== 'slurm') return localExecutor(positiveFlag('--jobs', flags.jobs) ?? 1, library);
  const { slurmExecutor } = await import('./slurm/slurm_executor.js');
  return slurmExecutor(slurm, io.env, (text) => io.stdout.write(text));
}
