import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { openDataset } from '../../src/data/open.js';
import { userError } from '../support/errors.js';

const digest = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('synthetic-digits', () => {
  test('the first 256 samples are the same bytes on every machine', async () => {
    for (const [spec, split, expected] of [
      ['synthetic-digits', 'test', 'ff3a9a1c48c3651086dc1fbd364cfe91a65a2402f3ac902f88b7981db16d14c9'],
      ['synthetic-digits', 'train', 'be7c7f9f4850aab5638c7d4e92f9445a78cb2a957244d636e3d1619733f6b30f'],
      ['synthetic-digits:7', 'test', 'd08e3e0051f1e357770eda49094f506a6573949bd726a42fb00bf8ce25d57a2d'],
    ] as const) {
      const { pixels, labels } = await (await openDataset(spec, { split })).read(0, 256);
      assert.equal(digest(pixels as Uint8Array, Uint8Array.from(labels)), expected, `${spec} ${split}`);
    }
  });

  test('any part can be read alone', async () => {
    const dataset = await openDataset('synthetic-digits');
    const all = await dataset.read(4980, 20);
    const one = await dataset.read(4987, 1);
    assert.deepEqual(one.pixels, all.pixels.subarray(7 * 784, 8 * 784));
    assert.equal(one.labels[0], all.labels[7]);
    await assert.rejects(dataset.read(4990, 20), RangeError);
  });

  test('classes are balanced and images have ink', async () => {
    const dataset = await openDataset('synthetic-digits');
    assert.deepEqual([dataset.length, dataset.classes, dataset.preset], [5000, 10, 'synthetic-digits']);
    const { labels, pixels } = await dataset.read(0, 2000);
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]!++;
    for (const count of counts) assert.ok(count > 150 && count < 250, `${counts}`);
    for (let i = 0; i < 2000; i++) {
      const image = pixels.subarray(i * 784, (i + 1) * 784);
      assert.ok(Math.max(...image) - Math.min(...image) > 50);
    }
  });

  test('bad seeds are refused', async () => {
    for (const seed of ['', 'x', '-1', '1.5', '4294967296', '1e3']) {
      await assert.rejects(openDataset(`synthetic-digits:${seed}`), userError(/seed must be a whole number/));
    }
    assert.equal((await openDataset('synthetic-digits:1')).name, 'synthetic-digits');
  });
});
