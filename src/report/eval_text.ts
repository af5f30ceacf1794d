import { accuracyLines } from './accuracy_text.js';
import { classLines } from './class_text.js';
import { deviceText } from './device_text.js';
import { layerLines } from './layer_text.js';
import { multiplierTable } from './multiplier_text.js';
import { counted, duration, metric, rate, significant } from './numbers.js';
import { printable } from './printable.js';
import type { EvalReport } from './results.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from './style.js';
import { paragraph } from './text_blocks.js';

/** The report of `approxtorch eval` for people; ends with a newline. */
export function renderEvalText(report: EvalReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const sections = [
    titleLines(report, style, width),
    accuracyLines(report, style, width),
    multiplierTable([report.multiplier, ...report.otherMultipliers], style, width),
    classLines(report, style, width),
    layerLines(report, style, width),
    timingLines(report, style, width),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function titleLines(report: EvalReport, style: Style, width: number): string[] {
  const { model, dataset, quantization } = report;
  const lines = [style.strong(printable(`${model.file} with ${report.multiplier.name}`))];
  const samples = counted(dataset.samples, 'sample');
  if (report.partial) {
    const text = `PARTIAL RESULT: interrupted after ${samples}; the figures cover those only.`;
    lines.push(...paragraph(text, width).map(style.caution));
  }
  if (report.kind === 'label-free') {
    const text = `NO LABELLED DATA: compared with the float model on ${counted(dataset.samples, 'seeded random input')}. This says how far the outputs move, not how accurate the network is.`;
    lines.push(...paragraph(text, width).map(style.caution));
  }
  const items = (parts: (string | null)[]) => parts.filter((part) => part !== null).join(' · ');
  const about = [
    items([
      `model ${model.sha256.slice(0, 8)}`,
      `opset ${model.opset}`,
      `${metric(model.parameters)} parameters`,
      `${metric(model.macs)} MACs per sample`,
    ]),
    report.kind === 'label-free'
      ? null
      : items([
          `data ${dataset.name}${dataset.split === null ? '' : `, ${dataset.split} split`}`,
          samples,
          counted(dataset.classes, 'class', 'classes'),
          dataset.preprocess === null ? null : `preprocessing: ${dataset.preprocess}`,
        ]),
    items([
      `quantization ${quantization.qmethod}`,
      `${quantization.activationBits}-bit activations`,
      `${quantization.weightBits}-bit weights`,
      rangeSource(quantization),
      quantization.padding === 'skip' ? 'padding skipped' : null,
    ]),
  ];
  for (const text of about) if (text !== null) lines.push(...paragraph(text, width).map(style.quiet));
  return lines;
}

function rangeSource(quantization: EvalReport['quantization']): string | null {
  const { calibrator, calibrationSamples, calibrationSource } = quantization;
  if (calibrator === null) return calibrationSource === null ? null : `ranges of ${calibrationSource}`;
  const samples = calibrationSamples === null ? 'ranges' : counted(calibrationSamples, 'sample');
  return `${calibrator} on ${samples}${calibrationSource === null ? '' : ` of ${calibrationSource}`}`;
}

function timingLines(report: EvalReport, style: Style, width: number): string[] {
  const { timing, device, model } = report;
  const speed = `approximate pass ${duration(timing.seconds)} · ${rate(timing.imagesPerSecond)} images/s · ${significant(timing.gmacsPerSecond)} GMAC/s · whole run ${duration(timing.totalSeconds)}`;
  const where = deviceText(device);
  const fallback =
    model.fallbackOps.length === 0
      ? []
      : paragraph(`through onnxruntime: ${model.fallbackOps.join(', ')}`, width);
  return [...paragraph(speed, width), ...[...paragraph(where, width), ...fallback].map(style.quiet)];
}
