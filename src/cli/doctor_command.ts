import type { Command } from 'commander';
import { EXIT } from '../util/errors.js';
import type { CommandContext } from './command_context.js';
import { addReportOptions, type ReportFlags } from './report_options.js';

/** `approxtorch doctor`: exit code 3 where the CPU engine does not work. */
export function defineDoctor(command: Command, context: CommandContext): void {
  command.option('--ops', 'also list which operators and ops the engines have');
  addReportOptions(command).action(async (flags: ReportFlags & { readonly ops?: boolean }) => {
    const { checkOutputs } = await import('./outputs.js');
    await checkOutputs({ '--output': flags.output }, []);
    const report = await context.library.diagnose({ ops: flags.ops });
    const { renderDoctorText } = await import('../report/doctor_text.js');
    const { writeResult } = await import('./result.js');
    await writeResult(report, renderDoctorText, flags, context.io);
    if (!report.addon.available) context.exitCode = EXIT.unavailable;
  });
}
