import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { messageOf, UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import { mapConcurrently } from './concurrent.js';
import type { Dataset, ImageSize, Samples, Split } from './dataset.js';
import { decodeImage } from './decode_image.js';
import { type LabelledFile, parseLabelsCsv } from './labels_csv.js';
import { checkRange } from './memory_dataset.js';
import { joinImages } from './resize.js';
import type { Reader, Source } from './source.js';

/** Images under way at a time: sharp decodes on libuv's four threads. */
const imagesAtATime = 4;

const imageName = /\.(jpe?g|png|webp|gif|tiff?|avif|bmp|ppm|pgm)$/i;
const splitFolders: Readonly<Record<Split, readonly string[]>> = {
  train: ['train'],
  test: ['test', 'val', 'validation'],
};

export const imageFolderReader: Reader = {
  looksFor:
    'images (a sub-folder per class, or images with labels.csv, perhaps inside train/ and test/ or val/)',
  async folder(folder, entries): Promise<Source | undefined> {
    const name = basename(resolve(folder));
    const parts = new Map<Split, string>();
    for (const split of ['train', 'test'] as const) {
      const found = splitFolders[split].find((entry) => entries.includes(entry));
      if (found !== undefined) parts.set(split, join(folder, found));
    }
    const splits = [...parts.keys()];
    if (splits.length === 0 || entries.includes('labels.csv')) {
      const images = await findImages(folder);
      return (
        images && { splits: ['test'], open: async (split) => folderDataset(name, split, ['test'], images) }
      );
    }
    return {
      splits,
      async open(split) {
        const images = await findImages(parts.get(split)!);
        if (images === undefined)
          throw new UserError(`${parts.get(split)}: holds no ${imageFolderReader.looksFor}`);
        for (const other of splits) await checkSameClasses(parts.get(split)!, images, parts.get(other)!);
        return folderDataset(name, split, splits, images);
      },
    };
  },
};

interface FoundImages {
  /** Paths and labels. */
  readonly files: readonly LabelledFile[];
  readonly classNames?: readonly string[];
}

async function findImages(folder: string): Promise<FoundImages | undefined> {
  const entries = await list(folder);
  if (entries.some((entry) => entry.name === 'labels.csv')) {
    const path = join(folder, 'labels.csv');
    const rows = parseLabelsCsv((await readInput(path)).toString('utf8'), path);
    return { files: rows.map(({ file, label }) => ({ file: resolve(folder, file), label })) };
  }
  const classNames = await classFolders(folder);
  const files: LabelledFile[] = [];
  for (const [label, name] of classNames.entries()) {
    for (const file of await imagesBelow(join(folder, name))) files.push({ file, label });
  }
  return files.length > 0 ? { files, classNames } : undefined;
}

/** In the order that numbers the classes: by name. */
async function classFolders(folder: string): Promise<string[]> {
  return (await list(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function imagesBelow(folder: string, depth = 0): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < 8) found.push(...(await imagesBelow(path, depth + 1)));
    else if (imageName.test(entry.name)) found.push(path);
  }
  return found;
}

async function list(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const shown = entries.filter((entry) => !entry.name.startsWith('.') && entry.name !== '__MACOSX');
    return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UserError(`${folder}: cannot list it: ${messageOf(error)}`, { cause: error });
  }
}

/** Class sub-folders are numbered by name, so a class that one split lacks would shift the labels of the other. */
async function checkSameClasses(folder: string, images: FoundImages, other: string): Promise<void> {
  if (images.classNames === undefined || other === folder) return;
  const there = await classFolders(other);
  if (there.length === 0) return;
  for (const [a, aNames, b, bNames] of [
    [folder, images.classNames, other, there],
    [other, there, folder, images.classNames],
  ] as const) {
    const missing = aNames.find((name) => !bNames.includes(name));
    if (missing !== undefined) {
      throw new UserError(
        `${b}: lacks the class folder "${missing}" that ${a} has, so their class indices differ; add it (it may be empty)`,
      );
    }
  }
}

function folderDataset(name: string, split: Split, splits: readonly Split[], images: FoundImages): Dataset {
  const { files, classNames } = images;
  return {
    name,
    kind: 'folder',
    split,
    splits,
    length: files.length,
    classes: classNames?.length ?? files.reduce((largest, { label }) => Math.max(largest, label), 0) + 1,
    ...(classNames && { classNames }),
    layout: 'hwc',
    async read(first: number, count: number, size?: ImageSize): Promise<Samples> {
      checkRange(name, files.length, first, count);
      const part = files.slice(first, first + count);
      const decoded = await mapConcurrently(count, imagesAtATime, (i) => decodeImage(part[i]!.file, size));
      const shape = decoded[0]?.shape;
      const odd = decoded.findIndex((image) => image.shape.join() !== shape?.join());
      if (odd >= 0) {
        throw new UserError(
          `${part[odd]!.file}: is ${shown(decoded[odd]!.shape)}, ${part[0]!.file} is ${shown(shape!)} (height×width×channels); --resize and --crop bring them to one size`,
        );
      }
      return { ...joinImages(decoded), labels: Int32Array.from(part, ({ label }) => label) };
    },
  };
}

function shown(shape: readonly number[]): string {
  return shape.join('×');
}
