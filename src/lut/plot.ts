import { extname } from 'node:path';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import type { PlotReport } from '../report/lut/picture_results.js';
import type { LutPlotRecord } from '../report/lut/plot_record.js';
import { UserError } from '../util/errors.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';
import { openTable } from './open_table.js';
import { plotRecord } from './plot_record.js';

export type PictureFormat = PlotReport['output']['format'];

/** Draws a multiplier in a format; given by the caller, since rooms below the command line print nothing. */
export type DrawPicture = (record: LutPlotRecord, format: PictureFormat) => Promise<string | Uint8Array>;

export interface PlotSettings {
  readonly file: string;
  readonly read: LoadMultiplierOptions;
  readonly output: string;
}

/** The format that a file's extension names. @throws UserError where it names none */
export function pictureFormat(output: string): PictureFormat {
  const extension = extname(output).toLowerCase();
  if (extension === '.svg' || extension === '.png' || extension === '.html') {
    return extension.slice(1) as PictureFormat;
  }
  throw new UserError(`${output}: the extension names no picture, expected .svg, .png or .html`);
}

/**
 * Writes the picture of a table.
 * @throws UserError where the file is no table, or the picture cannot be written
 */
export async function plotTable(
  { file, read, output }: PlotSettings,
  draw: DrawPicture,
): Promise<PlotReport> {
  const format = pictureFormat(output);
  const { multiplier, warnings } = await openTable(file, read);
  const picture = Buffer.from(await draw(plotRecord(multiplier), format));
  await writeAtomically(output, picture);
  return {
    schemaVersion: 1,
    command: 'lut plot',
    version: packageVersion(),
    file,
    sha256: multiplier.sha256,
    output: { file: output, format, bytes: picture.length },
    warnings,
  };
}
