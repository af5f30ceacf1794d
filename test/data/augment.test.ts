import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { augmented } from '../../src/data/augment.js';
import type { Dataset } from '../../src/data/dataset.js';
import { memoryDataset } from '../../src/data/memory_dataset.js';
import { inMemory, selection } from '../../src/data/selection.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { fc } from '../support/property.js';

const [height, width, channels, count] = [5, 4, 3, 8];
const size = height * width * channels;
/** No pixel is 0, and all of an image differ. */
const dataset: Dataset = memoryDataset({
  name: 'small',
  kind: 'npy',
  split: 'train',
  splits: ['train'],
  classes: count,
  pixels: Float32Array.from({ length: count * size }, (_, i) => i + 1),
  shape: [height, width, channels],
  order: 'hwc',
  labels: Int32Array.from({ length: count }, (_, i) => i),
});
const randomOf = (index: number) => new Random(7, index);

/** An image moved by (top, left) and perhaps mirrored, pixel by pixel. */
function naive(image: ArrayLike<number>, top: number, left: number, mirrored: boolean): number[] {
  return Array.from({ length: size }, (_, i) => {
    const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
    const [fromY, fromX] = [y + top, (mirrored ? width - 1 - x : x) + left];
    const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
    return inside ? image[(fromY * width + fromX) * channels + c]! : 0;
  });
}

describe('augmented', () => {
  test('a Buffer of decoded images gives plain bytes', async () => {
    const bytes = {
      ...dataset,
      read: async () => ({
        pixels: Buffer.alloc(size, 7),
        shape: [height, width, channels] as const,
        labels: Int32Array.of(0),
      }),
    };
    const { pixels } = await augmented(bytes, { pad: 1, flip: true }, randomOf).read(0, 1);
    assert.equal(pixels.constructor, Uint8Array);
  });

  test('every image is a shifted and perhaps mirrored one; all cases occur', async () => {
    const cases = new Set<string>();
    for (let epoch = 0; epoch < 60; epoch++) {
      const { pixels } = await augmented(dataset, { pad: 1, flip: true }, (i) => new Random(epoch, i)).read(
        0,
        count,
      );
      const original = (await dataset.read(0, count)).pixels;
      for (let i = 0; i < count; i++) {
        const image = original.subarray(i * size, (i + 1) * size);
        const found = [...pixels.subarray(i * size, (i + 1) * size)].join();
        const fits = [-1, 0, 1].flatMap((top) =>
          [-1, 0, 1].flatMap((left) =>
            [false, true]
              .filter((flip) => naive(image, top, left, flip).join() === found)
              .map((flip) => `${top} ${left} ${flip}`),
          ),
        );
        assert.equal(fits.length, 1);
        cases.add(fits[0]!);
      }
    }
    assert.equal(cases.size, 18);
  });

  test('nothing asked for changes nothing', async () => {
    const { pixels } = await augmented(dataset, { pad: 0, flip: false }, randomOf).read(0, count);
    assert.deepEqual(pixels, (await dataset.read(0, count)).pixels);
  });

  test('an image does not depend on those read with it', async () => {
    const all = augmented(dataset, { pad: 2, flip: true }, randomOf);
    const whole = (await all.read(0, count)).pixels;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(count - 1), { minLength: 1, maxLength: 12 }), async (indices) => {
        const { pixels, labels } = await selection(all, indices).read(0, indices.length);
        assert.deepEqual([...labels], indices);
        for (const [i, index] of indices.entries()) {
          const part = pixels.subarray(i * size, (i + 1) * size);
          assert.deepEqual(part, whole.subarray(index * size, (index + 1) * size));
        }
      }),
    );
  });
});

describe('selections', () => {
  test('of a selection, and kept in memory', async () => {
    const some = selection(selection(dataset, [7, 5, 3, 1]), [2, 0]);
    const kept = await inMemory(some, undefined);
    assert.equal(kept.length, 2);
    assert.deepEqual([...(await kept.read(0, 2)).labels], [3, 7]);
    assert.deepEqual(await kept.read(1, 1), await dataset.read(7, 1));
    assert.equal((await some.read(0, 0)).labels.length, 0);
  });

  test('memory holds what was resized', async () => {
    const bytes = memoryDataset({
      ...{ name: 'bytes', kind: 'npy', split: 'train', splits: ['train'], classes: 1, order: 'hwc' },
      pixels: new Uint8Array(2 * 16).fill(9),
      shape: [4, 4, 1],
      labels: new Int32Array(2),
    });
    const kept = await inMemory(bytes, { resize: 2 });
    assert.deepEqual((await kept.read(0, 2, { resize: 2 })).shape, [2, 2, 1]);
  });

  test('images of several sizes are named', async () => {
    const odd: Dataset = {
      ...dataset,
      read: async (first) => ({
        pixels: new Uint8Array(first + 1),
        shape: [1, first + 1, 1],
        labels: new Int32Array(1),
      }),
    };
    await assert.rejects(
      selection(odd, [4, 4, 2]).read(0, 3),
      userError(/small: sample 2 is 1×3×1, small: sample 4 is 1×5×1/),
    );
  });
});
