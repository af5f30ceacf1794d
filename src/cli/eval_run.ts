import type { Command } from 'commander';
import { toEvalRequest } from '../config/eval_settings.js';
import { evalSchema } from '../config/schema.js';
import type { EvalRequest } from '../eval/settings.js';
import { renderEvalText } from '../report/eval_text.js';
import type { EvalReport } from '../report/results.js';
import type { CommandContext } from './command_context.js';
import { chooseEngine } from './device.js';
import { givenSettings, type OwnFlags } from './given_settings.js';
import { interruptible } from './interrupt.js';
import { checkOutputs } from './outputs.js';
import { ProgressLine } from './progress.js';
import { writeResult } from './result.js';
import { speaker } from './speaker.js';

/** Collects the settings, evaluates and writes the report. */
export async function evaluateCommandLine(
  model: string | undefined,
  command: Command,
  { io, library }: CommandContext,
): Promise<EvalReport> {
  const { config, quiet = false, color } = command.opts<OwnFlags>();
  const given = await givenSettings(evalSchema, command, model, io.env);
  const wanted = toEvalRequest(given);
  const { engine, why } = chooseEngine(given);
  const settings: EvalRequest = { ...wanted, ...engine };
  await checkOutputs(
    {
      '--output': given.output,
      '--save-logits': settings.saveLogits,
      '--save-predictions': settings.savePredictions,
      '--save-calibration': settings.saveCalibration,
    },
    [
      settings.model,
      settings.lut,
      settings.calibration,
      settings.data,
      settings.preprocess,
      config,
      ...(settings.layers ?? []).map(({ lut }) => lut),
    ],
  );

  const progress = new ProgressLine(io.stderr);
  const say = speaker(io.stderr, progress, quiet);
  if (why !== null) say(why);
  let report: EvalReport;
  try {
    report = await interruptible(io, { patient: settings.partial }, (signal) =>
      library.runEval(settings, {
        signal,
        onProgress: (state) => {
          if (!quiet) progress.update(state);
        },
        onWarning: (message) => say(`warning: ${message}`),
      }),
    );
  } finally {
    progress.clear();
  }
  await writeResult(
    report,
    renderEvalText,
    { format: given.format ?? 'text', output: given.output, color },
    io,
  );
  return report;
}
