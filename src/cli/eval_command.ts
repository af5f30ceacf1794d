import type { Command } from 'commander';
import { EXIT } from '../util/errors.js';
import type { CommandContext } from './command_context.js';
import { addEvalOptions } from './eval_options.js';

/** `approxtorch eval` */
export function defineEval(command: Command, context: CommandContext): void {
  addEvalOptions(command);
  command.action(async (model: string | undefined) => {
    const { evaluateCommandLine } = await import('./eval_run.js');
    const report = await evaluateCommandLine(model, command, context);
    if (report.partial) context.exitCode = EXIT.interrupted;
  });
}
