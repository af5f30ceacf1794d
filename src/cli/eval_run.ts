import type { Command } from 'commander';
import { settingsFromEnvironment } from '../config/environment.js';
import { toEvalRequest } from '../config/eval_settings.js';
import { loadConfig } from '../config/load.js';
import type { GivenSettings } from '../config/schema.js';
import { validateSettings } from '../config/validate.js';
import type { EvalRequest } from '../eval/settings.js';
import { renderEvalText } from '../report/eval_text.js';
import { printable } from '../report/printable.js';
import type { EvalReport } from '../report/results.js';
import type { CommandContext } from './commands.js';
import { chooseDevice } from './device.js';
import { interruptible } from './interrupt.js';
import { checkOutputs } from './outputs.js';
import { ProgressLine } from './progress.js';
import { writeResult } from './result.js';

/** Flags that are not settings of the evaluation. */
interface OwnFlags {
  readonly config?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Collects the settings, evaluates and writes the report. */
export async function evaluateCommandLine(
  model: string | undefined,
  command: Command,
  { io, library }: CommandContext,
): Promise<EvalReport> {
  const { config, quiet = false, color } = command.opts<OwnFlags>();
  const given: GivenSettings = {
    ...(config === undefined ? {} : await loadConfig(config)),
    ...settingsFromEnvironment(io.env),
    ...settingsFromFlags(command),
    ...(model === undefined ? {} : { model }),
  };
  const wanted = toEvalRequest(given);
  const { device, why } = chooseDevice(wanted.device);
  const settings: EvalRequest = { ...wanted, device };
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
  const say = (message: string) => {
    progress.clear();
    if (!quiet) io.stderr.write(`approxtorch: ${printable(message)}\n`);
  };
  if (why !== null) say(`running on ${device}: ${why}`);
  let report: EvalReport;
  try {
    report = await interruptible(io, settings.partial, (signal) =>
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

function settingsFromFlags(command: Command): GivenSettings {
  const own: (keyof OwnFlags)[] = ['config', 'quiet', 'color'];
  const values: Record<string, unknown> = {};
  for (const option of command.options) {
    const key = option.attributeName();
    if (command.getOptionValueSource(key) !== 'cli' || own.some((name) => name === key)) continue;
    values[option.name()] = command.getOptionValue(key);
  }
  return validateSettings(values, (name) => `--${name}`);
}
