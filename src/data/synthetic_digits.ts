import { UserError } from '../util/errors.js';
import { Random } from '../util/random.js';
import type { Dataset, ImageSize, Samples, Split } from './dataset.js';
import { digitSide, renderDigit } from './digit_renderer.js';
import { checkRange } from './memory_dataset.js';
import { resizeBytes } from './resize.js';

const lengths: Readonly<Record<Split, number>> = { train: 20_000, test: 5_000 };
const defaultSeed = 1;

/** Apart by more than any index, so that no sample of one split is one of the other. */
const streamBase: Readonly<Record<Split, number>> = { train: 0, test: 2 ** 32 };

/**
 * The dataset that ships: handwriting-like digits drawn by program, 28×28 grey, the same bytes on every machine.
 * Sample `i` comes from a random stream of its own, so any part can be read alone.
 * @param seed decimal digits, as in `synthetic-digits:SEED`; absent: 1, which the shipped model was trained on.
 * @throws UserError where the seed is not a whole number below 2^32.
 */
export function openSyntheticDigits(seed: string | undefined, split: Split): Dataset {
  const value = seed === undefined ? defaultSeed : Number(seed);
  if (seed !== undefined && (!/^\d+$/.test(seed) || value >= 2 ** 32)) {
    throw new UserError(`synthetic-digits:${seed}: the seed must be a whole number from 0 to 4294967295`);
  }
  const length = lengths[split];
  const name = value === defaultSeed ? 'synthetic-digits' : `synthetic-digits:${value}`;
  return {
    name,
    kind: 'synthetic-digits',
    split,
    splits: ['train', 'test'],
    length,
    classes: 10,
    classNames: [...'0123456789'],
    layout: 'hwc',
    preset: 'synthetic-digits',
    async read(first: number, count: number, size?: ImageSize): Promise<Samples> {
      checkRange(name, length, first, count);
      const pixels = new Uint8Array(count * digitSide * digitSide);
      const labels = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        const random = new Random(value, streamBase[split] + first + i);
        labels[i] = random.integer(10);
        pixels.set(renderDigit(labels[i]!, random), i * digitSide * digitSide);
      }
      const samples: Samples = { pixels, shape: [digitSide, digitSide, 1], labels };
      return size?.resize === undefined && size?.crop === undefined
        ? samples
        : resizeBytes(pixels, samples, size);
    },
  };
}
