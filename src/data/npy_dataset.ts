import { basename, join } from 'node:path';
import { UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import { decodeNpy, type NpyArray } from '../util/npy.js';
import type { Dataset, Split } from './dataset.js';
import { memoryDataset } from './memory_dataset.js';
import type { Reader, Source } from './source.js';
import { listZip } from './zip.js';

/** Names of the samples' and the labels' array of a split, in lower case and in the order of preference. */
const pairNames: readonly { readonly split: Split; readonly x: string; readonly y: string }[] = [
  { split: 'test', x: 'x_test', y: 'y_test' },
  { split: 'test', x: 'test_images', y: 'test_labels' },
  { split: 'test', x: 'x', y: 'y' },
  { split: 'test', x: 'images', y: 'labels' },
  { split: 'train', x: 'x_train', y: 'y_train' },
  { split: 'train', x: 'train_images', y: 'train_labels' },
];

const pairList = pairNames.map(({ x, y }) => `${x} and ${y}`).join(', or ');

export const npyReader: Reader = {
  looksFor: 'NumPy (x_test.npy and y_test.npy, x.npy and y.npy, images.npy and labels.npy, one .npz)',
  async folder(folder, entries) {
    const pairs = arraySource(basename(folder), npyMembers(folder, entries));
    if (pairs !== undefined) return pairs;
    const archives = entries.filter((entry) => entry.endsWith('.npz'));
    return archives.length === 1 ? openArchive(join(folder, archives[0]!)) : undefined;
  },
  async file(folder, file, siblings) {
    if (file.endsWith('.npz')) return openArchive(join(folder, file));
    if (!file.endsWith('.npy')) return undefined;
    const path = join(folder, file);
    const pair = pairNames.find((names) => names.x === arrayName(file));
    if (pair === undefined) {
      throw new UserError(`${path}: cannot tell which labels belong to it; name the arrays ${pairList}`);
    }
    const source = arraySource(basename(folder), npyMembers(folder, siblings), pair);
    if (source === undefined) throw new UserError(`${path}: no labels beside it, expected ${pair.y}.npy`);
    return source;
  },
};

interface Member {
  /** Where it lies, for messages. */
  readonly where: string;
  read(): Promise<Uint8Array>;
}

function npyMembers(folder: string, entries: readonly string[]): Map<string, Member> {
  const files = entries.filter((entry) => entry.endsWith('.npy'));
  return new Map(
    files.map((file) => {
      const where = join(folder, file);
      return [arrayName(file), { where, read: () => readInput(where) }];
    }),
  );
}

async function openArchive(path: string): Promise<Source> {
  const list = listZip(await readInput(path), path);
  const members = new Map(
    list.map((member) => [
      arrayName(member.name),
      { where: `${path}: ${member.name}`, read: () => member.read() },
    ]),
  );
  const source = arraySource(basename(path, '.npz'), members);
  if (source === undefined) {
    const found = list.map((member) => member.name.slice(0, 40)).slice(0, 10);
    throw new UserError(
      `${path}: no arrays of samples and labels; looked for ${pairList}; found: ${found.join(', ') || 'nothing'}`,
    );
  }
  return source;
}

function arrayName(file: string): string {
  return file.replace(/\.npy$/, '').toLowerCase();
}

type PairNames = (typeof pairNames)[number];

/** @param only the pair to take for its split, where the user named its file. */
function arraySource(
  name: string,
  members: ReadonlyMap<string, Member>,
  only?: PairNames,
): Source | undefined {
  const pairs = new Map<Split, PairNames>();
  for (const pair of only === undefined ? pairNames : [only, ...pairNames]) {
    if (members.has(pair.x) && members.has(pair.y) && !pairs.has(pair.split)) pairs.set(pair.split, pair);
  }
  if (pairs.size === 0 || (only !== undefined && pairs.get(only.split) !== only)) return undefined;
  const splits = [...pairs.keys()];
  return {
    splits,
    ...(only && { defaultSplit: only.split }),
    async open(split): Promise<Dataset> {
      const pair = pairs.get(split)!;
      const x = members.get(pair.x)!;
      const y = members.get(pair.y)!;
      const samples = samplesOf(decodeNpy(await x.read(), x.where), x.where);
      const labels = labelsOf(decodeNpy(await y.read(), y.where), y.where);
      if (labels.length !== samples.count) {
        throw new UserError(
          `${y.where}: has ${labels.length} labels, ${x.where} has ${samples.count} samples`,
        );
      }
      const classes = labels.reduce((largest, label) => Math.max(largest, label), 0) + 1;
      return memoryDataset({ ...samples, name, kind: 'npy', split, splits, classes, labels });
    },
  };
}

/** [N,H,W,C], [N,C,H,W], [N,H,W] or [N,K]; the smaller of axes 1 and 3 is taken for the channels. */
function samplesOf(array: NpyArray, where: string) {
  const [count = 0, a = 1, b = 1, c = 1] = array.shape;
  const rank = array.shape.length;
  if (rank < 2 || rank > 4 || array.data.length === 0) {
    throw new UserError(
      `${where}: shape [${array.shape.join(', ')}], expected samples as [N,H,W,C], [N,C,H,W], [N,H,W] or [N,K]`,
    );
  }
  const pixels = array.type === 'uint8' ? (array.data as Uint8Array) : toFloat32(array);
  if (rank === 2) return { count, pixels, shape: [1, 1, a] as const, order: 'hwc' as const };
  if (rank === 3) return { count, pixels, shape: [a, b, 1] as const, order: 'hwc' as const };
  return a < c
    ? { count, pixels, shape: [b, c, a] as const, order: 'chw' as const }
    : { count, pixels, shape: [a, b, c] as const, order: 'hwc' as const };
}

function toFloat32(array: NpyArray): Float32Array {
  return array.data instanceof Float32Array
    ? array.data
    : Float32Array.from(array.data as ArrayLike<number>, Number);
}

/** [N] or [N,1] whole numbers of any type. */
function labelsOf(array: NpyArray, where: string): Int32Array {
  const [count = 0, columns = 1] = array.shape;
  if (array.shape.length < 1 || array.shape.length > 2 || columns !== 1) {
    throw new UserError(
      `${where}: shape [${array.shape.join(', ')}], expected class indices as [N] or [N,1]`,
    );
  }
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = Number(array.data[i]);
    if (!Number.isInteger(label) || label < 0 || label > 0x7ffffffe) {
      throw new UserError(`${where}: label ${i} is ${array.data[i]}, expected a class index (0, 1, 2 …)`);
    }
    labels[i] = label;
  }
  return labels;
}
