/** MNIST and CIFAR-10 files as float32 samples. Part of the slow reference. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { floats, type Tensor } from './tensor.js';

export interface Images {
  /** Channels, height, width. */
  readonly dims: readonly [number, number, number];
  readonly labels: readonly number[];
  /** Bytes in NCHW order. */
  readonly pixels: Uint8Array;
}

/** How a byte becomes an input value: (x/255 − mean)/std in float64, rounded once to float32. */
export interface Preprocess {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly layout: 'nchw' | 'nhwc';
}

/** The values of an IDX file of bytes: magic 0, 0, 8, rank, then big-endian dimensions. */
function readIdx(path: string): { dims: number[]; values: Uint8Array } {
  const bytes = gunzipSync(readFileSync(path));
  if (bytes.readUInt16BE(0) !== 0 || bytes[2] !== 8) throw new Error(`${path} is no IDX file of bytes`);
  const rank = bytes[3]!;
  const dims = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return { dims, values: bytes.subarray(4 + 4 * rank) };
}

export function readMnist(folder: string, split: 'train' | 'test'): Images {
  const prefix = split === 'train' ? 'train' : 't10k';
  const images = readIdx(join(folder, `${prefix}-images-idx3-ubyte.gz`));
  const labels = readIdx(join(folder, `${prefix}-labels-idx1-ubyte.gz`));
  return {
    dims: [1, images.dims[1]!, images.dims[2]!],
    labels: Array.from(labels.values),
    pixels: images.values,
  };
}

/** Records of one label byte and 3072 pixel bytes, channel by channel. */
export function readCifar10(folder: string, split: 'train' | 'test'): Images {
  const bytes = readFileSync(join(folder, split === 'train' ? 'data_batch_1.bin' : 'test_batch.bin'));
  const count = bytes.length / 3073;
  const pixels = new Uint8Array(count * 3072);
  const labels: number[] = [];
  for (let n = 0; n < count; n++) {
    labels.push(bytes[n * 3073]!);
    pixels.set(bytes.subarray(n * 3073 + 1, (n + 1) * 3073), n * 3072);
  }
  return { dims: [3, 32, 32], labels, pixels };
}

/** Samples first … first + count − 1 as one batch. */
export function batchOf(images: Images, first: number, count: number, preprocess: Preprocess): Tensor {
  const [channels, height, width] = images.dims;
  const nhwc = preprocess.layout === 'nhwc';
  const batch = floats([count, ...(nhwc ? [height, width, channels] : images.dims)]);
  const plane = height * width;
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < plane; i++) {
        const x = images.pixels[((first + n) * channels + c) * plane + i]!;
        const at = nhwc ? (n * plane + i) * channels + c : (n * channels + c) * plane + i;
        batch.data[at] = (x / 255 - preprocess.mean[c]!) / preprocess.std[c]!;
      }
  return batch;
}
