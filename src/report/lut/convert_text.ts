import { count, counted } from '../numbers.js';
import { printable } from '../printable.js';
import { layoutWidth, styleFor, type TextOptions } from '../style.js';
import { paragraph } from '../text_blocks.js';
import type { ConvertReport, TableLayout } from './convert_results.js';
import { formatName } from './format_names.js';

/** The report of `approxtorch lut convert` for people; ends with a newline. */
export function renderConvertText(report: ConvertReport, options: TextOptions): string {
  const { activation, weight, bits, sha256, holds, input, output, warnings } = report;
  const style = styleFor(options);
  const width = layoutWidth(options);
  const identity = sha256 === null ? '' : ` · sha256 ${sha256.slice(0, 8)}`;
  const lines = [
    style.strong(printable(output.file)),
    `${count(4 ** bits)} ${holds} of ${activation} × ${weight}${bits === 8 ? '' : `, ${bits} bits`}${identity}`,
    ...paragraph(`read     ${layout(input)}`, width).map(style.quiet),
    ...paragraph(`written  ${layout(output)}, ${counted(output.bytes, 'byte')}`, width).map(style.quiet),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
  ];
  return `${lines.join('\n')}\n`;
}

function layout({ file, format, rowOrder, columnOrder, rows }: TableLayout): string {
  const columns = rows === 'activations' ? 'weights' : 'activations';
  return `${file}: ${formatName(format)}; rows are ${rows} ${rowOrder}, columns ${columns} ${columnOrder}`;
}
