import type { Command } from 'commander';
import type { CommandContext } from '../command_context.js';
import { addFormatOptions, type FormatFlags } from '../report_options.js';
import { addTableOptions, readOptions, type TableFlags } from './table_options.js';

type GalleryFlags = TableFlags & FormatFlags & { readonly output: string };

/** `approxtorch lut gallery` */
export function defineGallery(command: Command, { io }: CommandContext): void {
  command
    .description('Writes a page on all tables of a folder: sortable, with a small picture of each.')
    .argument('<dir>', 'folder of table files')
    .requiredOption('-o, --output <file>', 'the page, e.g. index.html');
  addFormatOptions(addTableOptions(command));
  command.action(async (folder: string, flags: GalleryFlags) => {
    const { output } = flags;
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': output }, []);
    const { writeGallery } = await import('../../lut/gallery.js');
    const { lutGalleryHtml } = await import('../../report/lut/gallery_html.js');
    const report = await writeGallery({ folder, read: readOptions(flags), output }, lutGalleryHtml);
    const { renderGalleryText } = await import('../../report/lut/picture_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderGalleryText, { ...flags, output: undefined }, io);
  });
}
