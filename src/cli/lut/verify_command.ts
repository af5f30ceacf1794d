import type { Command } from 'commander';
import { EXIT, UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';
import { addDesignOptions, DESIGN_NOTE, type DesignFlags, designOptions } from './design_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

type VerifyFlags = TableFlags & DesignFlags & ReportFlags & { readonly against: readonly string[] };

/** `approxtorch lut verify` */
export function defineVerify(command: Command, context: CommandContext): void {
  command
    .description(
      'Checks that a table is what a design computes, for all pairs of operands; for the CI of RTL. Exit code 1 where it is not, with counter-examples.',
    )
    .argument('<file>', 'table file')
    .requiredOption(
      '--against <source...>',
      'the design (.c, .v, .sv, and what belongs to it), or another table',
    );
  addTableOptions(command);
  addReportOptions(addDesignOptions(command)).addHelpText('after', `${DESIGN_NOTE}\n${notes}`);
  command.action(async (file: string, flags: VerifyFlags) => {
    const [source, ...more] = flags.against;
    if (source === undefined) throw new UserError('--against: expected a file');
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output }, [file, ...flags.against]);
    const { verifyTable } = await import('../../lut/verify.js');
    const { interruptible } = await import('../interrupt.js');
    const report = await interruptible(context.io, { patient: false }, (signal) =>
      verifyTable({
        file,
        read: readOptions(flags),
        against: [source, ...more],
        design: { ...designOptions(flags), signal },
      }),
    );
    const { renderDiffText } = await import('../../report/lut/diff_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderDiffText, flags, context.io);
    if (!report.equal) context.exitCode = EXIT.checkFailed;
  });
}

const notes = `
Examples:
  approxtorch lut verify mul8u_2AC.txt --against mul8u_2AC.v
  approxtorch lut verify mult.npy --against netlist.v cells.v --top mult8
  approxtorch lut verify mult.txt --against golden.txt`;
