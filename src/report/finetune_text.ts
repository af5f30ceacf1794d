import { curveLines } from './curve_text.js';
import { deviceText } from './device_text.js';
import type { FinetuneReport, VariantResults } from './finetune_results.js';
import { multiplierTable } from './multiplier_text.js';
import {
  count,
  counted,
  duration,
  metric,
  percent,
  percentInterval,
  rate,
  signedPercent,
} from './numbers.js';
import { printable } from './printable.js';
import type { AccuracyResult } from './results.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from './style.js';
import { type Column, table } from './table.js';
import { paragraph } from './text_blocks.js';

/**
 * The report of `approxtorch finetune` for people; ends with a newline.
 * @param lut as it was given, for the command that repeats the accuracy.
 */
export function renderFinetuneText(report: FinetuneReport, lut: string, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const { multiplier, otherMultipliers } = report;
  const sections = [
    titleLines(report, style, width),
    accuracyLines(report, style, width),
    multiplier === null ? [] : multiplierTable([multiplier, ...otherMultipliers], style, width),
    curveLines(report, style, width),
    outputLines(report, lut, style, width),
    timingLines(report, style, width),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function titleLines(report: FinetuneReport, style: Style, width: number): string[] {
  const { model, multiplier, dataset, quantization, training } = report;
  const purpose = multiplier === null ? 'in float32' : `for ${multiplier.name}`;
  const about = [
    [
      `model ${model.sha256.slice(0, 8)}`,
      `${metric(model.trained)} of ${metric(model.parameters)} parameters trained`,
    ],
    [
      `data ${dataset.name}`,
      `${count(dataset.trainSamples)} training images`,
      dataset.validationSamples === 0 ? null : `${count(dataset.validationSamples)} held out`,
      `${count(dataset.testSamples)} to measure on (${dataset.testSplit})`,
      `preprocessing: ${dataset.preprocess}`,
      dataset.augment === null ? null : `augmentation: ${dataset.augment}`,
    ],
    quantization && [
      `quantization ${quantization.qmethod}`,
      `${quantization.activationBits}-bit activations`,
      `${quantization.weightBits}-bit weights`,
      `ranges ${quantization.ranges}`,
      quantization.padding === 'skip' ? 'padding skipped' : null,
    ],
    [
      `training ${counted(training.epochs, 'epoch')}`,
      `batch ${training.batch}`,
      training.optimizer,
      training.schedule,
      training.loss,
      multiplier === null ? null : `gradient ${training.gradient}`,
      `BatchNormalization ${training.batchNorm}`,
      `seed ${training.seed}`,
    ],
  ];
  return [
    style.strong(printable(`${model.file} retrained ${purpose}`)),
    ...about.flatMap((parts) =>
      parts === null
        ? []
        : paragraph(parts.filter((part) => part !== null).join(' · '), width).map(style.quiet),
    ),
    ...endingLines(report, style, width),
  ];
}

/** How the training ended, where that is worth a word. */
function endingLines({ training, curve }: FinetuneReport, style: Style, width: number): string[] {
  const endings = {
    finished: null,
    patience: `Stopped after ${counted(curve.length, 'epoch')}: the validation accuracy no longer rose.`,
    interrupted: `INTERRUPTED after ${counted(curve.length, 'epoch')}.`,
    diverged: `DIVERGED after ${counted(curve.length, 'epoch')}: loss or gradients were no longer finite. The best model until then was written; lower --lr or --clip-norm.`,
  };
  const text = endings[training.stopped];
  return text === null ? [] : paragraph(text, width).map(style.caution);
}

interface Row {
  readonly label: string;
  readonly before: AccuracyResult;
  readonly after: AccuracyResult;
}

function accuracyLines({ before, after }: FinetuneReport, style: Style, width: number): string[] {
  const labels: readonly (readonly [keyof VariantResults, string])[] = [
    ['float', 'float32'],
    ['exact', 'exact'],
    ['approx', 'approximate'],
  ];
  const rows = labels.flatMap(([variant, label]): Row[] => {
    const [old, now] = [before[variant], after[variant]];
    return old === null || now === null ? [] : [{ label, before: old, after: now }];
  });
  const main = rows.at(-1);
  const emphasis = (row: Row) => (row === main ? 'strong' : undefined);
  const interval = (result: (row: Row) => AccuracyResult): Column<Row> => ({
    header: '95 %',
    align: 'right',
    gap: 1,
    cell: (row) => percentInterval(result(row).top1Interval),
    emphasis: () => 'quiet',
  });
  const columns: Column<Row>[] = [
    { header: 'top-1 %', cell: ({ label }) => label, emphasis },
    { header: 'before', align: 'right', cell: (row) => percent(row.before.top1) },
    interval((row) => row.before),
    { header: 'after', align: 'right', cell: (row) => percent(row.after.top1), emphasis },
    interval((row) => row.after),
    {
      header: 'gain',
      align: 'right',
      cell: (row) => signedPercent(row.after.top1 - row.before.top1),
      emphasis,
    },
  ];
  return table(columns, rows, width, style);
}

function outputLines(
  { output, multiplier, dataset, training }: FinetuneReport,
  lut: string,
  style: Style,
  width: number,
): string[] {
  const written = `Written: ${output.file} (${output.sha256.slice(0, 8)}), the weights of epoch ${training.bestEpoch}.`;
  const repeatable = dataset.testSplit === 'test' || dataset.testSplit === 'train';
  if (!repeatable) return paragraph(written, width);
  const table = multiplier === null ? 'exact' : lut;
  return [
    ...paragraph(`${written} The same accuracy again:`, width),
    style.strong(`  approxtorch eval ${shellWord(output.file)} --lut ${shellWord(table)}`),
  ];
}

/** As a POSIX shell takes it for one word. */
function shellWord(text: string): string {
  const safe = printable(text);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}

function timingLines({ timing, device }: FinetuneReport, style: Style, width: number): string[] {
  const speed = `training ${duration(timing.trainingSeconds)} · ${rate(timing.imagesPerSecond)} images/s · whole run ${duration(timing.totalSeconds)}`;
  const where = deviceText(device);
  return [...paragraph(speed, width), ...paragraph(where, width).map(style.quiet)];
}
