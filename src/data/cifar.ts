import { join } from 'node:path';
import { UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import type { Dataset, Split } from './dataset.js';
import { memoryDataset } from './memory_dataset.js';
import type { Reader, Source } from './source.js';

/*
 * The binary versions of CIFAR-10 and CIFAR-100: records of one label byte (CIFAR-100: coarse and fine) and
 * 3 planes of 32×32 bytes, red green blue. https://www.cs.toronto.edu/~kriz/cifar.html
 */

interface Variant {
  readonly kind: 'cifar10' | 'cifar100';
  readonly classes: number;
  /** Bytes before the pixels; the last of them is the label used here. */
  readonly labelBytes: number;
  readonly files: Readonly<Record<Split, RegExp>>;
  readonly namesFile: string;
  readonly preset?: string;
}

const variants: readonly Variant[] = [
  {
    kind: 'cifar10',
    classes: 10,
    labelBytes: 1,
    files: { test: /^test_batch\.bin$/, train: /^data_batch_[1-5]\.bin$/ },
    namesFile: 'batches.meta.txt',
    preset: 'cifar10',
  },
  {
    kind: 'cifar100',
    classes: 100,
    labelBytes: 2,
    files: { test: /^test\.bin$/, train: /^train\.bin$/ },
    namesFile: 'fine_label_names.txt',
  },
];

const side = 32;
const pixelBytes = 3 * side * side;

export const cifarReader: Reader = {
  looksFor: 'CIFAR-10 binary (test_batch.bin, data_batch_1.bin …), CIFAR-100 binary (test.bin, train.bin)',
  folder(folder, entries) {
    for (const variant of variants) {
      const source = sourceOf(variant, folder, entries);
      if (source.splits.length > 0) return source;
    }
    return undefined;
  },
  file(folder, file, siblings) {
    for (const variant of variants) {
      for (const split of ['test', 'train'] as const) {
        if (!variant.files[split].test(file)) continue;
        // Of the named file's split that file alone; the other split as it lies beside it.
        const others = siblings.filter((entry) => entry === file || !variant.files[split].test(entry));
        return { ...sourceOf(variant, folder, others), defaultSplit: split };
      }
    }
    return undefined;
  },
};

function sourceOf(variant: Variant, folder: string, entries: readonly string[]): Source {
  const filesOf = (split: Split) => entries.filter((entry) => variant.files[split].test(entry));
  const splits = (['train', 'test'] as const).filter((split) => filesOf(split).length > 0);
  return {
    splits,
    async open(split): Promise<Dataset> {
      const parts = [];
      for (const file of filesOf(split)) {
        const path = join(folder, file);
        parts.push(parseCifar(await readInput(path), path, variant));
      }
      const names = entries.includes(variant.namesFile)
        ? await readNames(join(folder, variant.namesFile), variant.classes)
        : undefined;
      return memoryDataset({
        name: variant.kind,
        kind: variant.kind,
        split,
        splits,
        classes: variant.classes,
        ...(names && { classNames: names }),
        ...(variant.preset && { preset: variant.preset }),
        pixels: parts.length === 1 ? parts[0]!.pixels : Buffer.concat(parts.map((part) => part.pixels)),
        shape: [side, side, 3],
        order: 'chw',
        labels: Int32Array.from(parts.flatMap((part) => [...part.labels])),
      });
    },
  };
}

/**
 * Parses the records of one file.
 * @returns pixels [N,3,32,32] and labels [N].
 * @throws UserError where the size is no whole number of records, or a label is out of range.
 */
export function parseCifar(
  bytes: Uint8Array,
  name: string,
  variant: { readonly classes: number; readonly labelBytes: number },
): { pixels: Uint8Array; labels: Uint8Array } {
  const record = variant.labelBytes + pixelBytes;
  const count = Math.floor(bytes.length / record);
  if (count === 0 || count * record !== bytes.length) {
    throw new UserError(
      `${name}: has ${bytes.length} bytes, expected a multiple of ${record} (${count} images and ${bytes.length - count * record} bytes more: truncated, or not the binary version)`,
    );
  }
  const pixels = new Uint8Array(count * pixelBytes);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * record + variant.labelBytes;
    const label = bytes[start - 1]!;
    if (label >= variant.classes) {
      throw new UserError(`${name}: image ${i} has the label ${label}, expected 0 … ${variant.classes - 1}`);
    }
    labels[i] = label;
    pixels.set(bytes.subarray(start, start + pixelBytes), i * pixelBytes);
  }
  return { pixels, labels };
}

async function readNames(path: string, classes: number): Promise<string[]> {
  const names = (await readInput(path))
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (names.length !== classes) {
    throw new UserError(`${path}: has ${names.length} class names, expected ${classes}, one a line`);
  }
  return names;
}
