import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../../src/util/paths.js';

/**
 * Path of a file of the real data that lie beside a checkout (models, datasets, multiplier tables), or
 * undefined where they are absent. `APPROXTORCH_SHARED` names another folder.
 */
export function sharedData(...segments: string[]): string | undefined {
  const root = process.env.APPROXTORCH_SHARED ?? packagePath('..', 'shared');
  const path = resolve(root, 'data', ...segments);
  return existsSync(path) ? path : undefined;
}

/** Options for `test(name, options, …)`: skips with a reason where any of the paths is absent. */
export function needs(...paths: (string | undefined)[]): { skip?: string } {
  return paths.every((path) => path !== undefined)
    ? {}
    : { skip: 'the real data are not beside this checkout' };
}
