import { join, resolve } from 'node:path';
import { writeAtomically } from '../../util/files.js';
import { isGlob } from '../../util/glob_files.js';
import { type BenchFlags, givenSuite } from './bench_flags.js';

/**
 * The suite as a file, for other processes: the given one, or one that is made of the flags.
 * @param folder where it is written
 */
export async function suiteFile(
  file: string | undefined,
  flags: BenchFlags,
  folder: string,
): Promise<string> {
  if (file !== undefined) return file;
  const { models, multipliers, data, preprocess, ...given } = givenSuite(flags);
  const path = (name: string) => resolve(name);
  const suite = {
    name: 'bench',
    ...given,
    models: (models as readonly string[]).map(path),
    multipliers: (multipliers as readonly string[]).map((name) =>
      name === 'exact' && !isGlob(name) ? name : path(name),
    ),
    ...(typeof data === 'string' && { data: data.startsWith('synthetic-digits') ? data : path(data) }),
    ...(typeof preprocess === 'string' && {
      preprocess: /[./\\]/.test(preprocess) ? path(preprocess) : preprocess,
    }),
  };
  const target = join(folder, 'suite.json');
  await writeAtomically(target, JSON.stringify(suite));
  return target;
}
