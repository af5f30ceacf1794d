import type { Command } from 'commander';
import { EXIT } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

/** `approxtorch lut diff` */
export function defineDiff(command: Command, context: CommandContext): void {
  command
    .description(
      'Compares two tables: equal, equal but for the order of operands, transposed, or where they differ. Classic mistakes are named. Exit code 1 where they are not the same multiplier.',
    )
    .argument('<first>', 'table file')
    .argument('<second>', 'table file');
  addReportOptions(addTableOptions(command));
  command.action(async (first: string, second: string, flags: TableFlags & ReportFlags) => {
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output }, [first, second]);
    const { diffTables } = await import('../../lut/compare.js');
    const report = await diffTables(first, second, readOptions(flags));
    const { renderDiffText } = await import('../../report/lut/diff_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderDiffText, flags, context.io);
    if (!report.equal) context.exitCode = EXIT.checkFailed;
  });
}
