import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Writes a table as tf-approximate ships it (uint16 little-endian, 256 × 256, no header) as text into `folder`;
 * returns its path.
 */
export function binTableAsText(path: string, folder: string): string {
  const bytes = readFileSync(path);
  const rows = Array.from({ length: 256 }, (_, row) =>
    Array.from({ length: 256 }, (_, column) => bytes.readUInt16LE(2 * (256 * row + column))).join(' '),
  );
  const file = join(folder, `${basename(path, '.bin')}.txt`);
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}
