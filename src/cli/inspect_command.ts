import type { Command } from 'commander';
import { defaults } from '../eval/defaults.js';
import type { CommandContext } from './command_context.js';
import { addDataSource, addPreprocessOptions } from './option_groups.js';
import { addReportOptions } from './report_options.js';

/** `approxtorch inspect` */
export function defineInspect(command: Command, context: CommandContext): void {
  const { qmethod } = defaults;
  addReportOptions(command.argument('<model.onnx>', 'the network'));
  command
    .optionsGroup('Operand histograms:')
    .option(
      '--histograms <file>',
      'count the operand codes of every layer on --data, into a JSON file; all options below go with it',
    )
    .option(
      '--types <types>',
      'operands: int8, uint8, or activation x weight as int8xuint8, uint8xint8 (default: int8)',
    )
    .option(
      '--qmethod <m,a,w>',
      `static,tensor,channel or static,tensor,tensor: ranges of weights per channel or tensor (default: ${qmethod.mode},${qmethod.activation},${qmethod.weight})`,
    )
    .option('--activation-bits <b>', `2 to 8 (default: ${defaults.bits})`)
    .option('--weight-bits <b>', `2 to 8 (default: ${defaults.bits})`)
    .option('--calibrator <name>', `minmax, percentile, mse or entropy (default: ${defaults.calibrator})`)
    .option(
      '--calibrate <n>',
      `samples to calibrate on, of the train split if there is one (default: ${defaults.calibrate})`,
    )
    .option('--threads <n>', 'threads (default: all; environment: APPROXTORCH_THREADS)');
  addDataSource(command, 'what the model names');
  command
    .option('--split <name>', 'train or test (default: test)')
    .option('--limit <n>', 'only the first n samples');
  addPreprocessOptions(command);
  command.addHelpText('after', notes);
  command.action(async (model: string) => {
    const { inspectCommandLine } = await import('./inspect_run.js');
    await inspectCommandLine(model, command, context);
  });
}

const notes = `
Examples:
  approxtorch inspect net.onnx
  approxtorch inspect net.onnx --data cifar-10-batches-bin/ --limit 1000 \\
      --histograms codes.json`;
