import { type Command, Option } from 'commander';
import type { MadeTable } from '../../lut/made_table.js';
import { LUT_FORMATS, type LutFormat } from '../../multiplier/formats/format.js';
import { UserError } from '../../util/errors.js';
import type { ProcessIo } from '../process_io.js';
import { addFormatOptions, type FormatFlags } from '../report_options.js';

/** Flags of the commands that make a table. */
export interface MadeTableFlags extends FormatFlags {
  readonly output?: string;
  readonly to?: LutFormat;
}

export function addMadeTableOptions(command: Command): Command {
  command
    .option(
      '-o, --output <file>',
      'file for the table; its extension names the format: .txt .csv .npy .bin .h (default: the table as text on stdout)',
    )
    .addOption(
      new Option('--to <format>', 'format of that file, where its extension names none').choices(LUT_FORMATS),
    );
  return addFormatOptions(command).hook('preAction', (_, action) => {
    const { output, to } = action.opts<MadeTableFlags>();
    if (to !== undefined && output === undefined) {
      throw new UserError(`--to: ${to} is for a file, and stdout gets text; name a file with --output`);
    }
  });
}

/** What goes to stdout: the report where a file was written or JSON is wanted, else the table itself. */
export async function writeMadeTable(
  { multiplier, report }: MadeTable,
  flags: MadeTableFlags,
  io: ProcessIo,
): Promise<void> {
  if (report.output === null && flags.format === 'text') {
    const { encodeTable } = await import('../../multiplier/formats/write.js');
    io.stdout.write(String(encodeTable(multiplier, { format: 'text' })));
    return;
  }
  const { renderMadeText } = await import('../../report/lut/made_text.js');
  const { writeResult } = await import('../result.js');
  await writeResult(report, renderMadeText, { ...flags, output: undefined }, io);
}
