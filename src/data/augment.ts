import type { Random } from '../util/random.js';
import type { Augment, Dataset, ImageSize, Samples } from './dataset.js';
import { blankPixels } from './pixels.js';

/**
 * The dataset with each sample shifted and mirrored at random.
 * @param randomOf numbers for the sample of this index, so that it does not matter with which others it is read
 */
export function augmented(dataset: Dataset, augment: Augment, randomOf: (index: number) => Random): Dataset {
  return {
    ...dataset,
    async read(first: number, count: number, size?: ImageSize): Promise<Samples> {
      const samples = await dataset.read(first, count, size);
      const { pixels, shape } = samples;
      const result = blankPixels(pixels, pixels.length);
      const length = shape[0] * shape[1] * shape[2];
      for (let i = 0; i < count; i++) {
        const part = [i * length, (i + 1) * length] as const;
        draw(pixels.subarray(...part), result.subarray(...part), shape, augment, randomOf(first + i));
      }
      return { ...samples, pixels: result };
    },
  };
}

/** Writes one image [height,width,channels] into a black one: a random crop of it after padding, perhaps mirrored. */
function draw(
  from: Samples['pixels'],
  to: Samples['pixels'],
  [height, width, channels]: Samples['shape'],
  { pad, flip }: Augment,
  random: Random,
): void {
  const top = random.integer(2 * pad + 1) - pad;
  const left = random.integer(2 * pad + 1) - pad;
  const mirrored = flip && random.integer(2) === 1;
  for (let y = Math.max(0, -top); y < Math.min(height, height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(width, width - left); x++) {
      const source = ((y + top) * width + x + left) * channels;
      const target = (y * width + (mirrored ? width - 1 - x : x)) * channels;
      for (let c = 0; c < channels; c++) to[target + c] = from[source + c]!;
    }
  }
}
