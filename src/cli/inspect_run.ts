import type { Command } from 'commander';
import { toHistogramRequest } from '../config/histogram_settings.js';
import { inspectSchema } from '../config/inspect_schema.js';
import type { HistogramRequest } from '../eval/histograms.js';
import { saveHistograms } from '../quant/operand_histograms.js';
import { renderInspectText } from '../report/inspect_text.js';
import type { CommandContext } from './command_context.js';
import { givenSettings } from './given_settings.js';
import { interruptible } from './interrupt.js';
import { checkOutputs } from './outputs.js';
import { ProgressLine } from './progress.js';
import type { ReportFlags } from './report_options.js';
import { writeResult } from './result.js';
import { speaker } from './speaker.js';

/** Writes the histograms where they are asked for, then the report. */
export async function inspectCommandLine(
  model: string,
  command: Command,
  context: CommandContext,
): Promise<void> {
  const { io, library } = context;
  const flags = command.opts<ReportFlags>();
  const given = await givenSettings(inspectSchema, command, model, io.env);
  const request = toHistogramRequest(given, model);
  await checkOutputs({ '--output': flags.output, '--histograms': given.histograms }, [
    model,
    given.data,
    given.preprocess,
  ]);
  const report = await library.inspectModel(model);
  if (request !== undefined) await writeHistograms(given.histograms!, request, context);
  await writeResult(report, renderInspectText, flags, io);
}

async function writeHistograms(
  file: string,
  request: HistogramRequest,
  { io, library }: CommandContext,
): Promise<void> {
  const progress = new ProgressLine(io.stderr);
  const say = speaker(io.stderr, progress, false);
  try {
    const histograms = await interruptible(io, { patient: false }, (signal) =>
      library.collectHistograms(request, {
        signal,
        onProgress: (state) => progress.update(state),
        onWarning: (message) => say(`warning: ${message}`),
      }),
    );
    await saveHistograms(file, histograms);
  } finally {
    progress.clear();
  }
}
