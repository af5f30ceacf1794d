import { basename } from 'node:path';
import { tableRanks } from '../multiplier/analysis/table_ranks.js';
import { recognize } from '../multiplier/catalog/catalog.js';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import type { GalleryEntry, LutGalleryRecord } from '../report/lut/gallery_record.js';
import type { GalleryReport } from '../report/lut/picture_results.js';
import { UserError } from '../util/errors.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';
import { galleryEntry } from './gallery_entry.js';
import { type OpenedTable, openTable } from './open_table.js';
import { tableFiles } from './table_files.js';

export interface GallerySettings {
  readonly folder: string;
  readonly read: LoadMultiplierOptions;
  readonly output: string;
}

/**
 * Writes a page on all tables of a folder; files that are none are listed there with their reasons.
 * @param draw the page of a record
 * @throws UserError where the folder has no table, or the page cannot be written
 */
export async function writeGallery(
  { folder, read, output }: GallerySettings,
  draw: (record: LutGalleryRecord) => string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<GalleryReport> {
  const files = await tableFiles([folder]);
  const entries: GalleryEntry[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const [index, file] of files.entries()) {
    try {
      entries.push(entryOf(await openTable(file, read)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ file: basename(file), reason: error.message });
    }
    onProgress(index + 1, files.length);
  }
  if (entries.length === 0) {
    throw new UserError(
      `${folder}: none of its ${files.length} files is a table; the first: ${unreadable[0]!.reason}`,
    );
  }
  const page = Buffer.from(draw({ folder, entries, unreadable }));
  await writeAtomically(output, page);
  return {
    schemaVersion: 1,
    command: 'lut gallery',
    version: packageVersion(),
    folder,
    tables: entries.length,
    unreadable,
    output: { file: output, bytes: page.length },
  };
}

function entryOf({ file, multiplier }: OpenedTable): GalleryEntry {
  const known = recognize(multiplier)?.known;
  return galleryEntry(basename(file), multiplier, {
    knownAs: known?.names[0]?.name ?? null,
    rank: tableRanks(multiplier).table.rank,
    power: known?.cost?.powerMilliwatt ?? null,
  });
}
