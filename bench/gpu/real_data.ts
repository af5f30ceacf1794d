import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../../src/util/paths.js';

/** ResNet-20, CIFAR-10 and a table of the shared data, or undefined, with a note, where they are absent. */
export function realData(model: string): { model: string; data: string; table: string } | undefined {
  const shared = process.env.APPROXTORCH_SHARED ?? packagePath('..', 'shared');
  const files = {
    model: resolve(shared, 'data/models', model),
    data: resolve(shared, 'data/cifar10'),
    table: resolve(shared, 'data/luts/evoapprox-signed/mul8s_1KVL.txt'),
  };
  if (Object.values(files).every((file) => existsSync(file))) return files;
  process.stdout.write('  skipped: the real data are not beside this checkout\n');
  return undefined;
}
