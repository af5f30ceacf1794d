import type { Command } from 'commander';
import type { CommandContext } from '../command_context.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

type InfoFlags = TableFlags & ReportFlags & { readonly weights?: string };

/** `approxtorch lut info` */
export function defineInfo(command: Command, { io }: CommandContext): void {
  command
    .description(
      'Says of multiplier tables how they were read, what they are known as, their structure and exact rank, and the error metrics of the literature.',
    )
    .argument('<files...>', 'table files, or folders of them');
  addTableOptions(command).option(
    '--weights <hist>',
    'errors also over the operands of a network, from approxtorch inspect MODEL --data D --histograms HIST',
  );
  addReportOptions(command).addHelpText('after', notes);
  command.action(async (paths: string[], flags: InfoFlags) => {
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output }, [...paths, flags.weights]);
    const { inspectTables } = await import('../../lut/info.js');
    const report = await inspectTables({ paths, read: readOptions(flags), weights: flags.weights });
    const { renderInfoText } = await import('../../report/lut/info_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderInfoText, flags, io);
  });
}

const notes = `
One table is shown in full, several in a list.

Examples:
  approxtorch lut info mult.txt
  approxtorch lut info tables/ --format json -o tables.json
  approxtorch inspect net.onnx --data mnist/ --histograms net.hist.json
  approxtorch lut info mult.txt --weights net.hist.json`;
