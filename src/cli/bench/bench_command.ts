import type { Command } from 'commander';
import type { CommandContext } from '../command_context.js';
import type { BenchFlags } from './bench_flags.js';
import { addBenchOptions } from './bench_options.js';

/** `approxtorch bench` */
export function defineBench(command: Command, context: CommandContext): void {
  addBenchOptions(command);
  command.action(async (suite: string | undefined, flags: BenchFlags) => {
    const { benchCommandLine } = await import('./bench_run.js');
    context.exitCode = await benchCommandLine(suite, flags, command, context);
  });
}
