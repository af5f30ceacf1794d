import { type Command, Option } from 'commander';
import { LUT_FORMATS, type LutFormat } from '../../multiplier/formats/format.js';
import { UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { addFormatOptions, type FormatFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

interface GradientFlags extends TableFlags, FormatFlags {
  readonly method: 'lre' | 'difference';
  readonly window?: string;
  readonly output: string;
  readonly to?: LutFormat;
}

/** `approxtorch lut gradient` */
export function defineGradient(command: Command, { io }: CommandContext): void {
  command
    .description(
      'Writes the gradient tables of a multiplier, which finetune --gradient table takes: one of dT/da, one of dT/dw.',
    )
    .argument('<file>', 'table file')
    .addOption(
      new Option(
        '--method <method>',
        'lre: slopes fitted to rows and columns; difference: differences of the smoothed table',
      )
        .choices(['lre', 'difference'])
        .makeOptionMandatory(),
    )
    .option('--window <h>', 'of difference: averages go over 2h+1 operands (default: 32 for 8 bits)')
    .requiredOption('-o, --output <file>', 'grad.npy writes grad.activation.npy and grad.weight.npy')
    .addOption(
      new Option('--to <format>', 'format of the output, where its extension names none').choices(
        LUT_FORMATS,
      ),
    );
  addFormatOptions(addTableOptions(command));
  command.action(async (file: string, flags: GradientFlags) => {
    const { method, output, to } = flags;
    if (flags.window !== undefined && method !== 'difference') {
      throw new UserError('--window: goes with --method difference; leave it out');
    }
    const window = flags.window === undefined ? undefined : wholeNumber('--window', flags.window);
    const { gradientFiles, writeGradients } = await import('../../lut/gradient.js');
    const { activation, weight } = gradientFiles(output);
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': activation, '--output (weight)': weight }, [file]);
    const report = await writeGradients({ file, read: readOptions(flags), method, window, output, to });
    const { renderGradientText } = await import('../../report/lut/gradient_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderGradientText, { ...flags, output: undefined }, io);
  });
}

/** @throws UserError where the text is none */
function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UserError(`${flag}: '${text}', expected a whole number`);
  return Number(text);
}
