import type { Command } from 'commander';
import { finetuneSchema } from '../config/finetune_schema.js';
import { toFinetuneSettings } from '../config/finetune_settings.js';
import { curveSvg } from '../report/curve_svg.js';
import type { FinetuneReport } from '../report/finetune_results.js';
import { renderFinetuneText } from '../report/finetune_text.js';
import type { FinetuneSettings } from '../train/settings.js';
import { writeAtomically } from '../util/files.js';
import type { CommandContext } from './command_context.js';
import { chooseEngine } from './device.js';
import { EpochLines } from './epoch_lines.js';
import { givenSettings, type OwnFlags } from './given_settings.js';
import { interruptible } from './interrupt.js';
import { checkOutputFolder, checkOutputs } from './outputs.js';
import { ProgressLine } from './progress.js';
import { writeResult } from './result.js';
import { speaker } from './speaker.js';

/** Collects the settings, retrains and writes report and curve; the library writes the model. */
export async function finetuneCommandLine(
  model: string | undefined,
  command: Command,
  { io, library }: CommandContext,
): Promise<FinetuneReport> {
  const { config, quiet = false, color } = command.opts<OwnFlags>();
  const given = await givenSettings(finetuneSchema, command, model, io.env);
  const wanted = toFinetuneSettings(given);
  const { engine, why } = chooseEngine(given);
  const settings: FinetuneSettings = { ...wanted, ...engine };
  await checkFiles(settings, given.output, config);

  const progress = new ProgressLine(io.stderr);
  const say = speaker(io.stderr, progress, quiet);
  const epochs = new EpochLines(say);
  if (why !== null) say(why);
  let report: FinetuneReport;
  try {
    report = await interruptible(
      io,
      {
        patient: true,
        signals: ['SIGINT', 'SIGTERM'],
        onAbort: () =>
          say(
            `stopping after this step${settings.checkpoint === undefined ? '' : ', with a checkpoint'}; once more ends at once`,
          ),
      },
      (signal) =>
        library.runFinetune(settings, {
          signal,
          onProgress: (state) => {
            if (quiet) return;
            if (io.stderr.isTTY) progress.update(state);
            else epochs.update(state);
          },
          onWarning: (message) => say(`warning: ${message}`),
        }),
    );
  } finally {
    progress.clear();
  }
  if (settings.plot !== undefined) await writeAtomically(settings.plot, curveSvg(report));
  await writeResult(
    report,
    (result, options) => renderFinetuneText(result, settings.lut, options),
    { format: given.format ?? 'text', output: given.output, color },
    io,
  );
  return report;
}

async function checkFiles(
  settings: FinetuneSettings,
  output: string | undefined,
  config: string | undefined,
): Promise<void> {
  const { model, lut, layers, gradient, loss, calibration, data, preprocess, checkpoint } = settings;
  await checkOutputs(
    { '--save': settings.save, '--output': output, '--log': settings.log, '--plot': settings.plot },
    [
      ...[model, lut, calibration, data, preprocess, config, loss.teacher, checkpoint],
      ...[gradient.activationTable, gradient.weightTable],
      ...layers.map((layer) => layer.lut),
    ],
  );
  if (checkpoint !== undefined) await checkOutputFolder('--checkpoint', checkpoint);
}
