import { join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { checkWritable, statInput } from '../util/files.js';

/**
 * Checks the files that a command will write, before it starts to work.
 * @param outputs flag and path of each; undefined paths are not written.
 * @param inputs files that are read, which must survive.
 * @throws UserError where one cannot be written, is read too, or is written twice.
 */
export async function checkOutputs(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const taken = new Map<string, string>();
  for (const [flag, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const target = resolve(path);
    if (inputs.some((input) => input !== undefined && resolve(input) === target)) {
      throw new UserError(`${flag}: ${path} is read by this command too; choose another name`);
    }
    const other = taken.get(target);
    if (other !== undefined && !target.startsWith('/dev/')) {
      throw new UserError(`${flag}: ${path} is written by ${other} too; choose another name`);
    }
    taken.set(target, flag);
  }
  for (const path of Object.values(outputs)) if (path !== undefined) await checkWritable(path);
}

/**
 * Checks a folder that files will be written into; it is made where it is missing.
 * @throws UserError where it is no folder, or nothing can be written there.
 */
export async function checkOutputFolder(flag: string, path: string): Promise<void> {
  const existing = await statInput(path).catch(() => undefined);
  if (existing === undefined) return checkWritable(path);
  if (!existing.isDirectory()) throw new UserError(`${flag}: ${path} is not a folder`);
  await checkWritable(join(path, 'trial'));
}
