import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UserError } from '../util/errors.js';
import { statInput } from '../util/files.js';

/** Extensions that tables in a folder have. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  '.txt',
  '.csv',
  '.tsv',
  '.npy',
  '.bin',
  '.raw',
  '.lut',
  '.dat',
  '.h',
  '.c',
]);

/**
 * The files that stand for tables: files as they are named, and of folders those with an extension of tables, by name.
 * @throws UserError where one is missing, or a folder has no such file
 */
export async function tableFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (!(await statInput(path)).isDirectory()) {
      files.push(path);
      continue;
    }
    const names = (await readdir(path, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
      .map(({ name }) => name)
      .sort((a, b) => (a < b ? -1 : 1));
    if (names.length === 0) {
      throw new UserError(
        `${path}: holds no tables; expected files named ${[...EXTENSIONS].map((extension) => `*${extension}`).join(', ')}`,
      );
    }
    files.push(...names.map((name) => join(path, name)));
  }
  return files;
}
