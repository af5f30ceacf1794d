import type { Command } from 'commander';
import { UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { collect } from '../option_groups.js';
import { addReportOptions } from '../report_options.js';
import type { AttachFlags } from './attach_run.js';
import type { BenchFlags } from './bench_flags.js';
import { addBenchOptions } from './bench_options.js';

/** `approxtorch bench` */
export function defineBench(command: Command, context: CommandContext): void {
  addBenchOptions(command);
  command.action(async (suite: string | undefined, flags: BenchFlags) => {
    const { benchCommandLine } = await import('./bench_run.js');
    context.exitCode = await benchCommandLine(suite, flags, command, context);
  });
  // Both bench and attach have a --report: what comes after attach is its own. The program must hand bench all of it.
  command.parent?.enablePositionalOptions();
  command.enablePositionalOptions().helpCommand(false);
  defineAttach(command, context);
}

/** `approxtorch bench attach`; a suite of that name is ./attach */
function defineAttach(bench: Command, context: CommandContext): void {
  const command = bench
    .command('attach')
    .summary('wait for a suite that --executor slurm submitted, and report')
    .description(
      'Waits for a suite that bench --executor slurm submitted, submits lost tasks again and reports.\n' +
        'Gates and baseline are those of the submission.',
    )
    .helpOption('-h, --help', 'print this help')
    .argument('<dir>', 'folder of the submission (--slurm-dir)')
    .option('--report <kind=file>', 'as in bench; may be repeated', collect);
  addReportOptions(command)
    .option('-q, --quiet', 'errors only on stderr')
    .action(async (dir: string, flags: AttachFlags) => {
      const early = bench.options.find(
        (option) => bench.getOptionValueSource(option.attributeName()) === 'cli',
      );
      if (early !== undefined)
        throw new UserError(`${early.long}: stands before attach; write it behind the folder`);
      const { attachCommandLine } = await import('./attach_run.js');
      context.exitCode = await attachCommandLine(dir, flags, context);
    });
}
