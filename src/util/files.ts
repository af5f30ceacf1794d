import { constants } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from './errors.js';

/**
 * Reads a whole file that the user named.
 * @throws UserError where it is missing, a directory, a device, too large for one buffer or not readable.
 */
export async function readInput(path: string): Promise<Buffer> {
  const info = await statInput(path);
  if (info.isDirectory()) throw new UserError(`${path}: is a directory, expected a file`);
  if (!info.isFile() && !info.isFIFO()) throw new UserError(`${path}: is not a regular file`);
  if (info.size > constants.MAX_LENGTH) {
    throw new UserError(
      `${path}: has ${info.size} bytes, the most that can be read is ${constants.MAX_LENGTH}`,
    );
  }
  try {
    return await readFile(path);
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/**
 * `stat` of something that the user named.
 * @throws UserError where it is missing or not accessible.
 */
export async function statInput(path: string): Promise<Stats> {
  // A NUL byte makes Node throw a TypeError with a stack.
  if (path === '' || path.includes('\0')) throw new UserError(`${JSON.stringify(path)} is not a file name`);
  try {
    return await stat(path);
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/**
 * Checks that `path` can be written, before the work whose result goes there starts; leaves no trace.
 * @throws UserError where it is a directory, or its folder is missing or not writable.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const { target, existing } = await resolveTarget(path);
    if (existing !== undefined && !existing.isFile()) return;
    if (existing !== undefined) await (await open(target, 'r+')).close();
    const trial = temporaryBeside(target);
    await (await open(trial, 'wx')).close();
    await unlink(trial);
  } catch (error) {
    throw cannot('write', path, error);
  }
}

/**
 * Writes a file so that readers see the old content or the new, never a part, also after a crash: into a
 * temporary file beside it, which is synced, then renamed. Devices and pipes (/dev/stdout, /dev/null) are written directly.
 * @throws UserError where it cannot be written.
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  try {
    const { target, existing } = await resolveTarget(path);
    if (existing !== undefined && !existing.isFile()) {
      await writeFile(target, data);
      return;
    }
    const temporary = temporaryBeside(target);
    try {
      await writeDurably(temporary, data, existing?.mode ?? 0o666);
      await rename(temporary, target);
      await syncFolder(dirname(target));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw cannot('write', path, error);
  }
}

/** A new file whose data are on the disk: a rename must not come before them. */
async function writeDurably(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename last. Some systems cannot sync folders; they need no help or get none. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Follows links, so that a link stays one when its target is replaced. */
async function resolveTarget(path: string): Promise<{ target: string; existing: Stats | undefined }> {
  if (path === '' || path.includes('\0')) throw new UserError(`${JSON.stringify(path)} is not a file name`);
  const target = await realpath(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  });
  const existing = await stat(target).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (existing?.isDirectory())
    throw new UserError(`${path}: is a directory, expected the name of a file to write`);
  return { target, existing };
}

function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID().slice(0, 8)}.tmp`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function cannot(verb: 'read' | 'write', path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const reasons: Record<string, string> = {
    ENOENT: verb === 'read' ? 'no such file or directory' : `the folder ${dirname(path)} does not exist`,
    ENOTDIR: 'a part of the path is not a directory',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'the link leads in a circle',
  };
  const reason = reasons[codeOf(error) ?? ''] ?? messageOf(error);
  return new UserError(`${path}: cannot ${verb} it: ${reason}`, { cause: error });
}
