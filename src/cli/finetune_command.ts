import type { Command } from 'commander';
import { EXIT } from '../util/errors.js';
import type { CommandContext } from './command_context.js';
import { addFinetuneOptions } from './finetune_options.js';

/** `approxtorch finetune`: exit code 1 where the training diverged and the best model so far was written. */
export function defineFinetune(command: Command, context: CommandContext): void {
  addFinetuneOptions(command);
  command.action(async (model: string | undefined) => {
    const { finetuneCommandLine } = await import('./finetune_run.js');
    const { training } = await finetuneCommandLine(model, command, context);
    if (training.stopped === 'diverged') context.exitCode = EXIT.checkFailed;
    if (training.stopped === 'interrupted') context.exitCode = EXIT.interrupted;
  });
}
