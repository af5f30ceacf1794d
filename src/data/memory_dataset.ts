import { UserError } from '../util/errors.js';
import type { Dataset, ImageSize, Samples } from './dataset.js';
import { blankPixels } from './pixels.js';
import { resizeBytes } from './resize.js';

/** What a reader found: all samples of a split, in memory. */
export interface MemorySamples
  extends Pick<Dataset, 'name' | 'kind' | 'split' | 'splits' | 'classes' | 'classNames' | 'preset'> {
  readonly pixels: Uint8Array | Float32Array;
  /** [height, width, channels] of a sample. */
  readonly shape: readonly [number, number, number];
  /** Order of the values of a sample in `pixels`. */
  readonly order: 'hwc' | 'chw';
  readonly labels: Int32Array;
}

/** A Dataset over samples in memory; `read` gives views of them where their order is 'hwc' already. */
export function memoryDataset(samples: MemorySamples): Dataset {
  const { pixels, shape, order, labels, ...description } = samples;
  const size = shape[0] * shape[1] * shape[2];
  return {
    ...description,
    length: labels.length,
    layout: 'hwc',
    async read(first: number, count: number, imageSize?: ImageSize, takesPlanes = false): Promise<Samples> {
      checkRange(description.name, labels.length, first, count);
      const part = pixels.subarray(first * size, (first + count) * size);
      const own = labels.subarray(first, first + count);
      const sized = imageSize?.resize !== undefined || imageSize?.crop !== undefined;
      if (takesPlanes && !sized && order === 'chw') return { pixels: part, shape, labels: own, planes: true };
      const read = { pixels: order === 'hwc' ? part : interleave(part, shape), shape, labels: own };
      if (!sized) return read;
      if (read.pixels instanceof Float32Array) {
        throw new UserError(
          `${description.name}: its samples are floats, not byte images, and cannot be resized or cropped; leave resize and crop out of the preprocessing`,
        );
      }
      return resizeBytes(read.pixels, read, imageSize);
    },
  };
}

/** @throws RangeError where samples beyond the end are asked for. */
export function checkRange(name: string, length: number, first: number, count: number): void {
  if (!(first >= 0 && count >= 0 && first + count <= length)) {
    throw new RangeError(`samples ${first} … ${first + count - 1} of ${name}, which has ${length}`);
  }
}

/** Planes [C,H,W] to pixels [H,W,C], for every sample. */
function interleave(planar: Samples['pixels'], shape: readonly [number, number, number]): Samples['pixels'] {
  const [height, width, channels] = shape;
  const plane = height * width;
  const result = blankPixels(planar, planar.length);
  for (let start = 0; start < planar.length; start += plane * channels) {
    for (let channel = 0; channel < channels; channel++) {
      let from = start + channel * plane;
      for (let to = start + channel; to < start + plane * channels; to += channels)
        result[to] = planar[from++]!;
    }
  }
  return result;
}
