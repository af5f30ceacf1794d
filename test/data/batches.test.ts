import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { batches } from '../../src/data/batches.js';
import type { Dataset, Preprocess } from '../../src/data/dataset.js';
import { memoryDataset } from '../../src/data/memory_dataset.js';
import { UserError } from '../../src/util/errors.js';
import { userError } from '../support/errors.js';

const preprocess: Preprocess = { scale: 1, mean: [0], std: [1], layout: 'nchw' };
const ten: Dataset = memoryDataset({
  name: 'ten',
  kind: 'npy',
  split: 'test',
  splits: ['test'],
  classes: 10,
  pixels: Uint8Array.from(Array(40).keys()),
  shape: [2, 2, 1],
  order: 'hwc',
  labels: Int32Array.from(Array(10).keys()),
});

async function collect(dataset: Dataset, options: { batch: number; limit?: number }) {
  const all = [];
  for await (const batch of batches(dataset, preprocess, options)) all.push(batch);
  return all;
}

describe('batches', () => {
  test('cover the samples in order, the last one short', async () => {
    for (const [batch, limit, counts] of [
      [4, undefined, [4, 4, 2]],
      [4, 5, [4, 1]],
      [16, undefined, [10]],
      [5, 100, [5, 5]],
      [3, 0, []],
    ] as const) {
      const all = await collect(ten, { batch, ...(limit !== undefined && { limit }) });
      assert.deepEqual(
        all.map(({ count }) => count),
        counts,
      );
      let first = 0;
      for (const part of all) {
        assert.equal(part.first, first);
        assert.deepEqual(
          [...part.labels],
          Array.from({ length: part.count }, (_, i) => first + i),
        );
        assert.equal(part.input[0], first * 4);
        assert.equal(part.input.length, part.count * 4);
        first += part.count;
      }
    }
  });

  test('one batch is read ahead, not more', async () => {
    const reads: number[] = [];
    const watched: Dataset = {
      ...ten,
      read: (first, count) => {
        reads.push(first);
        return ten.read(first, count);
      },
    };
    const iterator = batches(watched, preprocess, { batch: 2 });
    await iterator.next();
    assert.deepEqual(reads, [0, 2]);
    await iterator.next();
    assert.deepEqual(reads, [0, 2, 4]);
    await iterator.return();
    assert.deepEqual(reads, [0, 2, 4]);
  });

  test('an error comes when its batch is due; none is left unhandled on an early end', async () => {
    const failing: Dataset = {
      ...ten,
      read: async (first, count) => {
        if (first >= 4) throw new UserError('x.png: cannot decode');
        return ten.read(first, count);
      },
    };
    const iterator = batches(failing, preprocess, { batch: 4 });
    assert.equal((await iterator.next()).value?.first, 0);
    await assert.rejects(iterator.next(), userError(/cannot decode/));
    for await (const _ of batches(failing, preprocess, { batch: 4 })) break;
  });

  test('images in memory are resized where asked', async () => {
    const [batch] = await collectResized();
    assert.equal(batch!.input.length, 10 * 16);
  });

  async function collectResized() {
    const all = [];
    for await (const batch of batches(ten, { ...preprocess, resize: 4 }, { batch: 10 })) all.push(batch);
    return all;
  }
});

test('samples that are stored as planes give the same batches as interleaved ones', async () => {
  const shape = [2, 3, 3] as const;
  const count = 5;
  const interleaved = Uint8Array.from({ length: count * 18 }, (_, i) => (i * 37) % 256);
  const planes = interleaved.map((_, i) => {
    const [sample, channel, pixel] = [Math.floor(i / 18), Math.floor((i % 18) / 6), i % 6];
    return interleaved[sample * 18 + pixel * 3 + channel]!;
  });
  const common = { name: 'x', kind: 'npy', split: 'test', splits: ['test'], classes: 2 } as const;
  const labels = new Int32Array(count);
  const settings = { scale: 1 / 255, mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7] };
  for (const changes of [
    {},
    { channels: 1, mean: [0.1], std: [0.5] },
    { resize: [4, 4] },
    { crop: [2, 2] },
  ] as const) {
    for (const layout of ['nchw', 'nhwc'] as const) {
      const inputs = await Promise.all(
        [
          memoryDataset({ ...common, shape, labels, pixels: interleaved, order: 'hwc' }),
          memoryDataset({ ...common, shape, labels, pixels: planes, order: 'chw' }),
        ].map(async (dataset) => {
          const all = [];
          for await (const { input } of batches(dataset, { ...settings, ...changes, layout }, { batch: 2 }))
            all.push(...input);
          return all;
        }),
      );
      assert.deepEqual(inputs[1], inputs[0]);
    }
  }
});
