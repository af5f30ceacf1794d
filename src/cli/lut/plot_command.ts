import type { Command } from 'commander';
import type { CommandContext } from '../command_context.js';
import { addFormatOptions, type FormatFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

type PlotFlags = TableFlags & FormatFlags & { readonly output: string };

/** `approxtorch lut plot` */
export function definePlot(command: Command, { io }: CommandContext): void {
  command
    .description(
      'Pictures the errors of a multiplier: a map over both operands, their histogram, errors by exact product, by activation and by weight.',
    )
    .argument('<file>', 'table file')
    .requiredOption(
      '-o, --output <file>',
      'picture.svg, picture.png, or picture.html to look up single products',
    );
  addFormatOptions(addTableOptions(command));
  command.action(async (file: string, flags: PlotFlags) => {
    const { output } = flags;
    const { pictureFormat, plotTable } = await import('../../lut/plot.js');
    pictureFormat(output);
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': output }, [file]);
    const report = await plotTable({ file, read: readOptions(flags), output }, async (record, format) => {
      if (format === 'html') return (await import('../../report/lut/plot_html.js')).lutHtml(record);
      const svg = (await import('../../report/lut/plot_svg.js')).lutSvg(record);
      return format === 'svg' ? svg : (await import('../../report/svg_png.js')).svgToPng(svg);
    });
    const { renderPlotText } = await import('../../report/lut/picture_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderPlotText, { ...flags, output: undefined }, io);
  });
}
