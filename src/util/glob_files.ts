import { readdir } from 'node:fs/promises';
import { isAbsolute, join, parse, sep } from 'node:path';
import { matchesGlob } from './glob.js';

/** Whether a path is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * Files and folders that fit a pattern, by name: in each part of the path `*` stands for any characters, `?` for one.
 * Hidden ones only fit parts that begin with a dot. Empty where nothing fits.
 */
export async function globFiles(pattern: string): Promise<string[]> {
  const { root } = parse(pattern);
  const parts = pattern
    .slice(root.length)
    .split(/[/\\]/)
    .filter((part) => part !== '');
  let found = [isAbsolute(pattern) ? root : '.'];
  for (const part of parts) {
    const next = await Promise.all(found.map((folder) => entriesOf(folder, part)));
    found = next.flat();
  }
  return isAbsolute(pattern)
    ? found
    : found.map((path) => (path.startsWith(`.${sep}`) ? path.slice(2) : path));
}

async function entriesOf(folder: string, part: string): Promise<string[]> {
  if (!isGlob(part)) return [join(folder, part)];
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => matchesGlob(part, name) && (part.startsWith('.') || !name.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name));
}
