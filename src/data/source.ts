import { UserError } from '../util/errors.js';
import type { Dataset, Split } from './dataset.js';

/** A place where samples were found; nothing but names has been read so far. */
export interface Source {
  readonly splits: readonly Split[];
  /** The split meant when the user names none: that of the named file, else 'test'. */
  readonly defaultSplit?: Split;
  open(split: Split): Promise<Dataset>;
}

/** Recognises one kind of dataset. */
export interface Reader {
  /** What it looks for, for the message when no reader recognises a folder. */
  readonly looksFor: string;
  /** @param entries names in the folder, sorted. */
  folder(folder: string, entries: readonly string[]): Source | undefined | Promise<Source | undefined>;
  /** A single file; `siblings` are the names in its folder. */
  file?(
    folder: string,
    file: string,
    siblings: readonly string[],
  ): Source | undefined | Promise<Source | undefined>;
}

/**
 * Opens the wanted split of a source.
 * @throws UserError where the source does not have it.
 */
export async function openSplit(source: Source, wanted: Split | undefined, spec: string): Promise<Dataset> {
  const split = wanted ?? source.defaultSplit ?? 'test';
  if (!source.splits.includes(split)) {
    const found = source.splits.join(', ');
    const advice = wanted === undefined ? `; --split ${source.splits[0]} takes that` : '';
    throw new UserError(`${spec}: has no ${split} split, only: ${found}${advice}`);
  }
  return source.open(split);
}
