import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../util/errors.js';
import { readInput, writeAtomically } from '../util/files.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint_format.js';

const FILE = 'latest.ckpt';

/** The folder of --checkpoint: it holds the latest checkpoint of one training. */
export class CheckpointFolder {
  readonly path: string;
  readonly #write: typeof writeAtomically;

  /** @param write for tests */
  constructor(path: string, write = writeAtomically) {
    this.path = path;
    this.#write = write;
  }

  get file(): string {
    return join(this.path, FILE);
  }

  /** Makes the folder, and removes what a killed process left half written. @throws UserError where it cannot */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true });
      const left = (await readdir(this.path)).filter((name) => name.startsWith(`.${FILE}.`));
      for (const name of left) await unlink(join(this.path, name));
    } catch (error) {
      throw new UserError(`--checkpoint ${this.path}: cannot be used: ${messageOf(error)}`, { cause: error });
    }
  }

  /** undefined where there is none yet. @throws UserError where it is damaged */
  async load(): Promise<Checkpoint | undefined> {
    const names = await readdir(this.path);
    return names.includes(FILE) ? decodeCheckpoint(await readInput(this.file), this.file) : undefined;
  }

  /** Replaces the checkpoint, whole or not at all. @throws UserError where it cannot be written; the old one stays */
  async save(checkpoint: Checkpoint): Promise<void> {
    await this.#write(this.file, encodeCheckpoint(checkpoint));
  }
}

/**
 * The checkpoint to continue from; undefined: begin anew.
 * @param identity of the training that is asked for
 * @throws UserError where it belongs to something else, or would be lost
 */
export async function openCheckpoint(
  folder: CheckpointFolder,
  identity: Readonly<Record<string, string>>,
  options: { readonly resume: boolean; readonly epochs: number },
): Promise<Checkpoint | undefined> {
  await folder.prepare();
  const found = await folder.load();
  if (found === undefined) return undefined;
  if (options.resume) {
    checkSame(found.identity, identity, folder.file);
    return found;
  }
  if (found.position.epoch > options.epochs) return undefined;
  throw new UserError(
    `--checkpoint ${folder.path}: holds a training that has come to epoch ${found.position.epoch}; --resume continues it, another folder keeps it, or remove ${folder.file}`,
  );
}

function checkSame(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  file: string,
): void {
  const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
  const different = names.filter((name) => now[name] !== then[name]);
  if (different.length === 0) return;
  const list = different.map((name) => `${name} was ${shown(then[name])}, is ${shown(now[name])}`).join('; ');
  throw new UserError(
    `${file}: belongs to another training: ${list}; give what it was made with, or another --checkpoint folder`,
  );
}

const shown = (value: string | undefined): string => {
  return value === undefined ? 'not given' : /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
};
