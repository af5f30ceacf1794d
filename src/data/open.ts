import { readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { messageOf, UserError } from '../util/errors.js';
import { statInput } from '../util/files.js';
import { didYouMean } from '../util/suggest.js';
import { cifarReader } from './cifar.js';
import type { Dataset, Split } from './dataset.js';
import { idxReader } from './idx.js';
import { imageFolderReader } from './image_folder.js';
import { npyReader } from './npy_dataset.js';
import { openSplit, type Reader, type Source } from './source.js';
import { openSyntheticDigits } from './synthetic_digits.js';

const readers: readonly Reader[] = [idxReader, cifarReader, npyReader, imageFolderReader];

export interface OpenOptions {
  /** Default: the split of a named file (`train-images…`), else 'test'. */
  readonly split?: Split;
}

/**
 * Opens a dataset.
 * @param spec `synthetic-digits`, `synthetic-digits:SEED`, or the path of a folder or file whose kind is recognised:
 *   IDX (MNIST and kin, .gz or not), CIFAR-10/100 binary, .npy pair, .npz, image folder.
 * @throws UserError where nothing is recognised (with what was looked for and found), the split is absent, or a
 *   file is damaged.
 */
export async function openDataset(spec: string, options: OpenOptions = {}): Promise<Dataset> {
  return openSplit(await recognise(spec), options.split, spec);
}

/** The splits that a dataset has; see `openDataset`. */
export async function datasetSplits(spec: string): Promise<readonly Split[]> {
  return (await recognise(spec)).splits;
}

async function recognise(spec: string): Promise<Source> {
  const synthetic = /^synthetic-digits(?::(.*))?$/.exec(spec);
  if (synthetic !== null) {
    return {
      splits: ['train', 'test'],
      open: async (split) => openSyntheticDigits(synthetic[1], split),
    };
  }
  if (!/[./\\]/.test(spec)) {
    const suggestion = didYouMean(spec.split(':')[0]!, ['synthetic-digits']);
    if (suggestion !== '')
      await statInput(spec).catch(failWith(`${spec}: no such dataset or folder${suggestion}`));
  }
  const info = await statInput(spec);
  return info.isDirectory() ? recogniseFolder(resolve(spec), spec) : recogniseFile(spec);
}

function failWith(message: string) {
  return (cause: unknown): never => {
    throw new UserError(message, { cause });
  };
}

async function recogniseFolder(folder: string, spec: string): Promise<Source> {
  const entries = await sortedEntries(folder);
  for (const reader of readers) {
    const source = await reader.folder(folder, entries);
    if (source !== undefined) return source;
  }
  const found =
    entries.length > 8
      ? `${entries.slice(0, 8).join(', ')} and ${entries.length - 8} more`
      : entries.join(', ');
  throw new UserError(
    `${spec}: no dataset in this folder; looked for ${readers.map((reader) => reader.looksFor).join('; ')}; found: ${found || 'nothing'}`,
  );
}

async function recogniseFile(spec: string): Promise<Source> {
  const folder = dirname(resolve(spec));
  const file = basename(spec);
  const siblings = await sortedEntries(folder);
  for (const reader of readers) {
    const source = await reader.file?.(folder, file, siblings);
    if (source !== undefined) return source;
  }
  throw new UserError(
    `${spec}: not a dataset file; expected IDX images (…-images-idx3-ubyte, .gz or not), a CIFAR batch (.bin), .npy, .npz, or a folder`,
  );
}

async function sortedEntries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw new UserError(`${folder}: cannot list it: ${messageOf(error)}`, { cause: error });
  }
}
