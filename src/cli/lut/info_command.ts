import type { Command } from 'commander';
import type { CommandContext } from '../command_context.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

/** `approxtorch lut info` */
export function defineInfo(command: Command, { io }: CommandContext): void {
  command
    .description(
      'Says of multiplier tables how they were read, what they are known as, their structure and\nexact rank, and the error metrics of the literature.',
    )
    .argument('<files...>', 'table files, or folders of them');
  addReportOptions(addTableOptions(command)).addHelpText('after', notes);
  command.action(async (paths: string[], flags: TableFlags & ReportFlags) => {
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output }, paths);
    const { inspectTables } = await import('../../lut/info.js');
    const report = await inspectTables({ paths, read: readOptions(flags) });
    const { renderInfoText } = await import('../../report/lut/info_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderInfoText, flags, io);
  });
}

const notes = `
One table is shown in full, several in a list.

Examples:
  approxtorch lut info mult.txt
  approxtorch lut info tables/ --format json -o tables.json`;
