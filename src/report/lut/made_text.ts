import { fixed } from '../numbers.js';
import { printable } from '../printable.js';
import { layoutWidth, styleFor, type TextOptions } from '../style.js';
import { paragraph } from '../text_blocks.js';
import { formatName } from './format_names.js';
import type { BuiltOrigin, GeneratedOrigin, MadeTableReport } from './made_results.js';
import { metricsText } from './metrics_text.js';

/** The report on a table that was made, for people; ends with a newline. */
export function renderMadeText(report: MadeTableReport, options: TextOptions): string {
  const { name, activation, weight, bits, sha256, knownAs, origin, metrics, output, warnings } = report;
  const style = styleFor(options);
  const width = layoutWidth(options);
  const identity = `${activation} × ${weight}, ${bits} bits · sha256 ${sha256.slice(0, 8)}${knownAs === null ? '' : ` · known as ${knownAs}`}`;
  const lines = [
    style.strong(printable(name)),
    ...paragraph(identity, width).map(style.quiet),
    ...paragraph(origin.kind === 'family' ? generated(origin) : built(origin), width).map(style.quiet),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
    '',
    ...paragraph(metricsText(metrics), width),
    ...(output === null ? [] : paragraph(`written to ${output.file} (${formatName(output.format)})`, width)),
  ];
  return `${lines.join('\n')}\n`;
}

function generated({ family, parameters, signMagnitude, source }: GeneratedOrigin): string {
  const values = Object.entries(parameters).map(([parameter, value]) => ` --${parameter} ${value}`);
  return `${family}${values.join('')}${signMagnitude ? ' --sign-magnitude' : ''} · ${source}`;
}

function built({ language, tool, top, operands, swapped, types, seconds }: BuiltOrigin): string {
  const what = language === 'c' ? 'function' : 'module';
  const order = swapped ? ' (declared in the other order)' : '';
  return `${what} ${top}: activation ${operands[0]}, weight ${operands[1]}${order}; operand types ${types} · ${tool}, ${fixed(seconds, 1)} s`;
}
