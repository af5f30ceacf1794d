import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseCifar } from '../../src/data/cifar.js';
import { openDataset } from '../../src/data/open.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { mutate } from '../support/mutate.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';

/** Records whose red, green and blue planes begin with 1, 2, 3 times the label + 1. */
function records(labelBytes: number, labels: number[]): Buffer {
  return Buffer.concat(
    labels.map((label) => {
      const record = Buffer.alloc(labelBytes + 3072);
      record[labelBytes - 1] = label;
      for (let plane = 0; plane < 3; plane++) record[labelBytes + 1024 * plane] = (plane + 1) * (label + 1);
      return record;
    }),
  );
}

describe('CIFAR', () => {
  const folder = temporaryFolder();
  const write = (name: string, files: Record<string, string | Uint8Array>) => {
    mkdirSync(join(folder, name));
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes);
    return join(folder, name);
  };

  test('CIFAR-10: batches in order, planes interleaved, class names', async () => {
    const names = [...'abcdefghij'];
    const path = write('ten', {
      'data_batch_1.bin': records(1, [1, 2]),
      'data_batch_2.bin': records(1, [3]),
      'test_batch.bin': records(1, [9, 0]),
      'batches.meta.txt': `${names.join('\n')}\n\n`,
    });
    const dataset = await openDataset(path);
    assert.deepEqual([dataset.kind, dataset.preset, dataset.classes], ['cifar10', 'cifar10', 10]);
    assert.deepEqual(dataset.classNames, names);
    const read = await dataset.read(0, 2);
    assert.deepEqual(read.shape, [32, 32, 3]);
    assert.deepEqual([...read.pixels.subarray(0, 4)], [10, 20, 30, 0]);
    assert.deepEqual([...read.pixels.subarray(3072, 3076)], [1, 2, 3, 0]);
    const train = await openDataset(path, { split: 'train' });
    assert.deepEqual([...(await train.read(0, 3)).labels], [1, 2, 3]);
    const one = await openDataset(join(path, 'data_batch_2.bin'));
    assert.deepEqual([one.split, one.length], ['train', 1]);
    assert.equal((await openDataset(join(path, 'data_batch_2.bin'), { split: 'test' })).length, 2);
  });

  test('CIFAR-100: the fine label', async () => {
    const dataset = await openDataset(write('hundred', { 'test.bin': records(2, [99, 0]) }));
    assert.deepEqual([dataset.kind, dataset.classes, dataset.classNames], ['cifar100', 100, undefined]);
    assert.deepEqual([...(await dataset.read(0, 2)).labels], [99, 0]);
  });

  test('faults name the file and both numbers', async () => {
    const open = (name: string, files: Record<string, string | Uint8Array>) =>
      openDataset(write(name, files));
    const good = records(1, [1, 2]);
    await assert.rejects(
      open('a', { 'test_batch.bin': good.subarray(0, 5000) }),
      userError(
        /test_batch\.bin: has 5000 bytes, expected a multiple of 3073 \(1 images and 1927 bytes more/,
      ),
    );
    await assert.rejects(open('b', { 'test_batch.bin': '' }), userError(/has 0 bytes/));
    await assert.rejects(
      open('c', { 'test_batch.bin': records(1, [1, 10]) }),
      userError(/image 1 has the label 10, expected 0 … 9/),
    );
    await assert.rejects(
      open('d', { 'test_batch.bin': good, 'batches.meta.txt': 'cat\n' }),
      userError(/1 class names, expected 10/),
    );
  });

  test('mutated files give images or a UserError', () => {
    const random = new Random(22);
    const good = records(1, [1, 2]);
    let read = 0;
    for (let i = 0; i < 500; i++) {
      try {
        const { pixels, labels } = parseCifar(mutate(good, random), 'x', { classes: 10, labelBytes: 1 });
        assert.equal(pixels.length, labels.length * 3072);
        read++;
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }
    assert.ok(read > 20 && read < 480, `${read} of 500 were read`);
  });

  const cifar10 = sharedData('cifar10');
  test('CIFAR-10, real', needs(cifar10), async () => {
    const dataset = await openDataset(cifar10!);
    assert.equal(dataset.length, 10_000);
    assert.equal(dataset.classNames?.[3], 'cat');
    const { labels, pixels } = await dataset.read(0, 10_000);
    // The test set has 1000 images of each class and begins with cat, ship, ship, airplane, frog.
    assert.deepEqual([...labels.subarray(0, 5)], [3, 8, 8, 0, 6]);
    for (let label = 0; label < 10; label++)
      assert.equal(labels.filter((other) => other === label).length, 1000);
    const sums = [0, 0, 0];
    for (let i = 0; i < pixels.length; i++) sums[i % 3]! += pixels[i]!;
    const means = sums.map((sum) => sum / 255 / 10_000 / 1024);
    for (const [channel, mean] of [0.4942, 0.4851, 0.4504].entries()) {
      assert.ok(Math.abs(means[channel]! - mean) < 0.0002, `${means}`);
    }
  });
});
