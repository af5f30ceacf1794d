import { counted } from '../numbers.js';
import { layoutWidth, styleFor, type TextOptions } from '../style.js';
import { paragraph } from '../text_blocks.js';
import type { GalleryReport, PlotReport } from './picture_results.js';

/** The report of `approxtorch lut plot` for people; ends with a newline. */
export function renderPlotText({ file, output, warnings }: PlotReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const lines = [
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
    ...paragraph(`${file}: pictured in ${output.file} (${counted(output.bytes, 'byte')})`, width),
  ];
  return `${lines.join('\n')}\n`;
}

/** The report of `approxtorch lut gallery` for people; ends with a newline. */
export function renderGalleryText(report: GalleryReport, options: TextOptions): string {
  const { folder, tables, unreadable, output } = report;
  const style = styleFor(options);
  const width = layoutWidth(options);
  const lines = [
    ...unreadable.flatMap(({ reason }) => paragraph(reason, width)).map(style.caution),
    ...paragraph(
      `${folder}: ${counted(tables, 'table')} in ${output.file} (${counted(output.bytes, 'byte')})`,
      width,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
