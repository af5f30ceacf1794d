import { basename, dirname, join } from 'node:path';
import { UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import type { Dataset, Split } from './dataset.js';
import { gunzipStated, isGzip } from './gunzip.js';
import { memoryDataset } from './memory_dataset.js';
import type { Reader, Source } from './source.js';

/*
 * IDX, the format of MNIST and its kin: two zero bytes, the element type, the number of dimensions, the sizes
 * as big-endian uint32, the elements. http://yann.lecun.com/exdb/mnist (2013)
 */

/** `train-images-idx3-ubyte.gz`, `t10k-images.idx3-ubyte`, `emnist-digits-test-images-idx3-ubyte` … */
const imagesName = /^(?<prefix>.*?)(?<part>train|t10k|test)-images[-.]idx3-ubyte(?:\.gz)?$/;

const unsignedByte = 0x08;

export const idxReader: Reader = {
  looksFor: 'IDX (train-images-idx3-ubyte, t10k-images-idx3-ubyte, their labels, .gz or not)',
  folder(folder, entries) {
    const prefixes = new Set(entries.flatMap((entry) => imagesName.exec(entry)?.groups?.prefix ?? []));
    if (prefixes.size === 0) return undefined;
    if (prefixes.size > 1) {
      const choice = entries.filter((entry) => imagesName.test(entry)).join(', ');
      throw new UserError(`${folder}: holds several IDX datasets; name one of its images files: ${choice}`);
    }
    return sourceOf(folder, entries, [...prefixes][0]!);
  },
  async file(folder, file, siblings) {
    const named = imagesName.exec(file)?.groups;
    if (named !== undefined)
      return { ...sourceOf(folder, siblings, named.prefix!), defaultSplit: splitOf(named.part!) };
    if (!/idx|ubyte/i.test(file)) return undefined;
    return {
      splits: ['test'],
      open: (split) => openIdx(folder, siblings, file, { split, splits: ['test'] }),
    };
  },
};

function splitOf(part: string): Split {
  return part === 'train' ? 'train' : 'test';
}

function sourceOf(folder: string, entries: readonly string[], prefix: string): Source {
  const files = new Map<Split, string>();
  for (const entry of entries) {
    const named = imagesName.exec(entry)?.groups;
    // Sorted names: of a file and its .gz, the unpacked one comes first.
    if (named?.prefix === prefix && !files.has(splitOf(named.part!))) files.set(splitOf(named.part!), entry);
  }
  const splits = [...files.keys()];
  return { splits, open: (split) => openIdx(folder, entries, files.get(split)!, { split, splits }) };
}

async function openIdx(
  folder: string,
  entries: readonly string[],
  imagesFile: string,
  description: Pick<Dataset, 'split' | 'splits'>,
): Promise<Dataset> {
  const labelsFile = findLabels(folder, entries, imagesFile);
  const images = await readIdx(join(folder, imagesFile), 3);
  const labels = await readIdx(join(folder, labelsFile), 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.shape[0] !== count) {
    throw new UserError(
      `${join(folder, labelsFile)}: has ${labels.shape[0]} labels, ${imagesFile} has ${count} images; they do not belong together`,
    );
  }
  if (images.data.length === 0)
    throw new UserError(`${join(folder, imagesFile)}: has no pixels (${images.shape.join('×')})`);
  let largest = 0;
  for (const label of labels.data) if (label > largest) largest = label;
  const name = nameOf(folder);
  const digits = height === 28 && width === 28;
  return memoryDataset({
    ...description,
    name,
    kind: 'idx',
    pixels: images.data,
    shape: [height, width, 1],
    order: 'hwc',
    labels: Int32Array.from(labels.data),
    // MNIST and its kin have ten classes or more, also where a part lacks the last ones.
    classes: Math.max(largest + 1, digits ? 10 : 0),
    ...(name === 'mnist' ? { preset: 'mnist' } : {}),
  });
}

/** The folder's name; torchvision keeps the files in `MNIST/raw`. */
function nameOf(folder: string): string {
  const name = basename(folder);
  return (name === 'raw' ? basename(dirname(folder)) : name).toLowerCase();
}

function findLabels(folder: string, entries: readonly string[], imagesFile: string): string {
  const wanted = normalize(imagesFile.replace('images', 'labels').replace('idx3', 'idx1'));
  const found = entries.find((entry) => entry !== imagesFile && normalize(entry) === wanted);
  if (found === undefined) {
    throw new UserError(
      `${join(folder, imagesFile)}: no labels beside it, expected ${wanted} or ${wanted}.gz`,
    );
  }
  return found;
}

/** Without `.gz`, and with `-` before `idx`, which some copies write as `.`. */
function normalize(file: string): string {
  return file.replace(/\.gz$/, '').replace('.idx', '-idx');
}

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Reads an IDX file, packed with gzip or not; see `parseIdx`. */
async function readIdx(path: string, dimensions: number): Promise<IdxArray> {
  const bytes = await readInput(path);
  const unpacked = isGzip(bytes)
    ? await gunzipStated(bytes, path, (head) => idxSize(head, path, dimensions).total)
    : bytes;
  return parseIdx(unpacked, path, dimensions);
}

/**
 * Parses an IDX file of unsigned bytes.
 * @param name of the file, for messages.
 * @param dimensions that it must have: 3 for images, 1 for labels.
 * @returns a view of `bytes`.
 * @throws UserError where the header is not that of such a file or the size does not fit it.
 */
export function parseIdx(bytes: Uint8Array, name: string, dimensions: number): IdxArray {
  const { shape, headerSize, total } = idxSize(bytes, name, dimensions);
  if (total !== bytes.length) {
    throw new UserError(
      `${name}: its header states ${shape.join('×')} = ${total - headerSize} bytes, ${bytes.length - headerSize} follow`,
    );
  }
  return { shape, data: bytes.subarray(headerSize) };
}

function idxSize(bytes: Uint8Array, name: string, dimensions: number) {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
    throw new UserError(`${name}: not an IDX file (it does not begin with two zero bytes)`);
  }
  if (bytes[2] !== unsignedByte || bytes[3] !== dimensions) {
    const found = `element type 0x${bytes[2]!.toString(16).padStart(2, '0')} and ${bytes[3]} dimensions`;
    throw new UserError(
      `${name}: an IDX file with ${found}, expected unsigned bytes (0x08) and ${dimensions}`,
    );
  }
  const headerSize = 4 + 4 * dimensions;
  if (bytes.length < headerSize) {
    throw new UserError(`${name}: the file has ${bytes.length} bytes, its IDX header needs ${headerSize}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { shape, headerSize, total: shape.reduce((product, size) => product * size, 1) + headerSize };
}
