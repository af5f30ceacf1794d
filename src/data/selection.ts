import { UserError } from '../util/errors.js';
import { mapConcurrently } from './concurrent.js';
import type { Dataset, ImageSize, Samples } from './dataset.js';
import { checkRange } from './memory_dataset.js';
import { blankPixels } from './pixels.js';

/** Samples read at a time: image files are decoded on as many threads. */
const samplesAtATime = 4;

/** The samples of these indices, in their order, as a dataset. */
export function selection(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  return {
    ...dataset,
    length: indices.length,
    async read(first: number, count: number, size?: ImageSize): Promise<Samples> {
      checkRange(dataset.name, indices.length, first, count);
      const parts = await mapConcurrently(count, samplesAtATime, (i) => {
        return dataset.read(indices[first + i]!, 1, size);
      });
      return joined(parts, (i) => `${dataset.name}: sample ${indices[first + i]}`);
    },
  };
}

/** The first samples of a dataset, read once; `size` holds for all later reads. */
export async function inMemory(
  dataset: Dataset,
  size: ImageSize | undefined,
  length = dataset.length,
): Promise<Dataset> {
  const all = await dataset.read(0, length, size);
  const sampleSize = all.shape[0] * all.shape[1] * all.shape[2];
  return {
    ...dataset,
    length,
    async read(first: number, count: number): Promise<Samples> {
      checkRange(dataset.name, length, first, count);
      return {
        pixels: all.pixels.subarray(first * sampleSize, (first + count) * sampleSize),
        shape: all.shape,
        labels: all.labels.subarray(first, first + count),
      };
    },
  };
}

function joined(parts: readonly Samples[], nameOf: (index: number) => string): Samples {
  const shape = parts[0]?.shape ?? [0, 0, 0];
  const length = shape[0] * shape[1] * shape[2];
  const pixels = blankPixels(parts[0]?.pixels ?? new Uint8Array(), parts.length * length);
  const labels = new Int32Array(parts.length);
  for (const [i, part] of parts.entries()) {
    if (part.shape.join() !== shape.join()) {
      throw new UserError(
        `${nameOf(i)} is ${part.shape.join('×')}, ${nameOf(0)} is ${shape.join('×')} (height×width×channels); --resize and --crop bring them to one size`,
      );
    }
    pixels.set(part.pixels, i * length);
    labels[i] = part.labels[0]!;
  }
  return { pixels, shape, labels };
}
