import type { Command } from 'commander';
import type { CommandContext } from './command_context.js';
import { addReportOptions, type ReportFlags } from './report_options.js';

/** `approxtorch inspect` */
export function defineInspect(command: Command, { io, library }: CommandContext): void {
  addReportOptions(command.argument('<model.onnx>', 'the network'));
  command.action(async (model: string, flags: ReportFlags) => {
    const { checkOutputs } = await import('./outputs.js');
    await checkOutputs({ '--output': flags.output }, [model]);
    const report = await library.inspectModel(model);
    const { renderInspectText } = await import('../report/inspect_text.js');
    const { writeResult } = await import('./result.js');
    await writeResult(report, renderInspectText, flags, io);
  });
}
