import { fixed } from '../numbers.js';
import { printable } from '../printable.js';
import { layoutWidth, styleFor, type TextOptions } from '../style.js';
import { paragraph } from '../text_blocks.js';
import { formatName } from './format_names.js';
import type { GradientReport } from './gradient_results.js';

/** The report of `approxtorch lut gradient` for people; ends with a newline. */
export function renderGradientText(report: GradientReport, options: TextOptions): string {
  const { file, sha256, activation, weight, bits, method, window, output, range, warnings } = report;
  const style = styleFor(options);
  const width = layoutWidth(options);
  const about = `${activation} × ${weight}${bits === 8 ? '' : `, ${bits} bits`} · sha256 ${sha256.slice(0, 8)} · ${method}${window === null ? '' : `, window ${window}`} · ${formatName(output.format)}, a row per activation, operands ascending`;
  const line = (label: string, path: string, [least, most]: readonly [number, number]) =>
    paragraph(`${label}  ${path}: ${fixed(least, 2)} … ${fixed(most, 2)}`, width);
  const lines = [
    style.strong(printable(file)),
    ...paragraph(about, width).map(style.quiet),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
    '',
    ...line('∂T/∂a', output.activation, range.activation),
    ...line('∂T/∂w', output.weight, range.weight),
    '',
    ...paragraph(
      `finetune … --gradient table --gradient-activation ${output.activation} --gradient-weight ${output.weight}`,
      width,
    ).map(style.quiet),
  ];
  return `${lines.join('\n')}\n`;
}
