import { type Command, Option } from 'commander';
import { LUT_FORMATS, type LutFormat } from '../../multiplier/formats/format.js';
import type { CommandContext } from '../command_context.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

interface ConvertFlags extends TableFlags, ReportFlags {
  readonly gradient?: boolean;
  readonly to?: LutFormat;
  readonly toOrder?: 'ascending' | 'twos-complement';
  readonly transpose?: boolean;
}

/** `approxtorch lut convert` */
export function defineConvert(command: Command, { io }: CommandContext): void {
  command
    .description('Rewrites a table in another format, without loss.')
    .argument('<in>', 'table file')
    .argument('<out>', 'file to write; its extension names the format: .txt .csv .npy .bin .h');
  addTableOptions(command)
    .addOption(new Option('--to <format>', 'format of the output').choices(LUT_FORMATS))
    .addOption(
      new Option(
        '--to-order <order>',
        "order of the output's operands (default: twos-complement in C arrays, else ascending)",
      ).choices(['ascending', 'twos-complement']),
    )
    .option('--transpose', 'write weights as rows, activations as columns')
    .option('--gradient', 'the table holds derivatives (floats), as finetune --gradient table takes them');
  addReportOptions(command);
  command.addHelpText('after', notes);
  command.action(async (input: string, output: string, flags: ConvertFlags) => {
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '<out>': output, '--output': flags.output }, [input]);
    const { convertTable } = await import('../../lut/convert.js');
    const { gradient = false, transpose = false, to, toOrder } = flags;
    const read = readOptions(flags);
    const report = await convertTable({ input, output, read, gradient, transpose, to, toOrder });
    const { renderConvertText } = await import('../../report/lut/convert_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderConvertText, flags, io);
  });
}

const notes = `
Examples:
  approxtorch lut convert mul8u_2AC.bin mul8u_2AC.txt
  approxtorch lut convert mult.txt mult.h                 # as AdaPT ships tables
  approxtorch lut convert table.csv table.npy --order wa`;
