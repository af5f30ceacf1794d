/** What a golden is made from: multipliers and samples, from files or by rule. Part of the slow reference. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchOf, type Preprocess, readCifar10, readMnist } from './data.js';
import {
  exactMultiplier,
  type Multiplier,
  multiplierFromBin,
  multiplierFromText,
  type Operand,
} from './multiplier.js';
import { randomTensor } from './random.js';
import { generatedMultiplier } from './tables.js';
import { sizeOf, type Tensor } from './tensor.js';

interface Operands {
  readonly activation: Operand;
  readonly weight: Operand;
}

/** `file` is relative to the folder of the real data; a .bin is read as tf-approximate writes it. */
export type MultiplierSpec =
  | ({ readonly kind: 'exact' } & Operands)
  | ({ readonly kind: 'file'; readonly file: string } & Operands)
  | ({
      readonly kind: 'generated';
      readonly table: 'uneven' | 'extreme';
      readonly bits: number;
      readonly seed: number;
    } & Operands);

/** Random: evaluated samples from `seed`, calibration samples from `seed + 1`, each one tensor of all samples. */
export type InputSpec =
  | { readonly kind: 'mnist' | 'cifar10'; readonly preprocess: Preprocess }
  | {
      readonly kind: 'random';
      readonly dims: readonly number[];
      readonly low: number;
      readonly high: number;
      readonly seed: number;
    };

export interface Folders {
  /** The real data, see their INDEX.md. */
  readonly data: string;
  readonly goldens: string;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function bytesOf(values: Float32Array | Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function multiplierOf(
  spec: MultiplierSpec,
  folders: Folders,
): { multiplier: Multiplier; sha256: string } {
  const { activation, weight } = spec;
  if (spec.kind === 'file') {
    const bytes = readFileSync(join(folders.data, spec.file));
    const multiplier = spec.file.endsWith('.bin')
      ? multiplierFromBin(bytes)
      : multiplierFromText(bytes.toString('latin1'), activation, weight);
    return { multiplier, sha256: sha256(bytes) };
  }
  const multiplier =
    spec.kind === 'exact'
      ? exactMultiplier(activation, weight)
      : generatedMultiplier(spec.table, activation, weight, spec.bits, spec.seed);
  return { multiplier, sha256: sha256(bytesOf(multiplier.table)) };
}

export interface Samples {
  /** Samples first … first + count − 1. */
  batch(first: number, count: number): Tensor;
  readonly labels?: readonly number[];
}

export function samplesOf(
  spec: InputSpec,
  split: 'train' | 'test',
  total: number,
  folders: Folders,
): Samples {
  if (spec.kind === 'random') {
    const { dims, seed, low, high } = spec;
    const all = randomTensor(split === 'train' ? seed + 1 : seed, [total, ...dims], low, high);
    const size = sizeOf(dims);
    return {
      batch: (first, count) => ({
        type: 'float32',
        dims: [count, ...dims],
        data: all.data.slice(first * size, (first + count) * size),
      }),
    };
  }
  const read = spec.kind === 'mnist' ? readMnist : readCifar10;
  const images = read(join(folders.data, spec.kind), split);
  return { batch: (first, count) => batchOf(images, first, count, spec.preprocess), labels: images.labels };
}

export function* batches(samples: Samples, total: number, size: number): Generator<Tensor> {
  for (let first = 0; first < total; first += size) yield samples.batch(first, Math.min(size, total - first));
}
