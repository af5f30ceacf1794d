import { fileURLToPath } from 'node:url';

/** Absolute path of something that ships with the package, e.g. `packagePath('configs')`. */
export function packagePath(...segments: string[]): string {
  // Compiled, this file is dist/src/util/paths.js.
  return fileURLToPath(new URL(['../../..', ...segments].join('/'), import.meta.url));
}
