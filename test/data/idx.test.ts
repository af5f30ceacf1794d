import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { gunzipStated } from '../../src/data/gunzip.js';
import { parseIdx } from '../../src/data/idx.js';
import { openDataset } from '../../src/data/open.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { idxFile } from '../support/idx_file.js';
import { mutate } from '../support/mutate.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';

const pixels = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const images = idxFile([4, 2, 3], pixels);
const labels = idxFile([4], new Uint8Array([3, 1, 2, 0]));

describe('IDX', () => {
  const folder = temporaryFolder();
  const write = (name: string, files: Record<string, Uint8Array>) => {
    mkdirSync(join(folder, name));
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes);
    return join(folder, name);
  };

  test('a folder with both splits, packed or not, either spelling', async () => {
    const path = write('Tiny', {
      't10k-images.idx3-ubyte': images,
      't10k-labels-idx1-ubyte.gz': gzipSync(labels),
      'train-images-idx3-ubyte.gz': gzipSync(idxFile([1, 2, 3], pixels.subarray(0, 6))),
      'train-labels-idx1-ubyte': idxFile([1], new Uint8Array([7])),
    });
    const dataset = await openDataset(path);
    assert.deepEqual(
      [dataset.kind, dataset.name, dataset.split, dataset.splits],
      ['idx', 'tiny', 'test', ['test', 'train']],
    );
    assert.deepEqual([dataset.length, dataset.classes, dataset.preset], [4, 4, undefined]);
    const read = await dataset.read(1, 2);
    assert.deepEqual(read.shape, [2, 3, 1]);
    assert.deepEqual([...read.pixels], [...pixels.subarray(6, 18)]);
    assert.deepEqual([...read.labels], [1, 2]);
    const train = await openDataset(path, { split: 'train' });
    assert.deepEqual([train.length, train.classes], [1, 8]);
    const named = await openDataset(join(path, 'train-images-idx3-ubyte.gz'));
    assert.equal(named.split, 'train');
    assert.equal((await openDataset(join(path, 'train-images-idx3-ubyte.gz'), { split: 'test' })).length, 4);
  });

  test('a file with a name of its own', async () => {
    const path = write('own', { 'my-images.idx': images, 'my-labels.idx': labels });
    assert.equal((await openDataset(join(path, 'my-images.idx'))).length, 4);
  });

  test('faults name the file and both numbers', async () => {
    const open = (name: string, files: Record<string, Uint8Array>, options = {}) =>
      openDataset(write(name, files), options);
    const both = (imagesBytes: Uint8Array, labelsBytes: Uint8Array) => ({
      't10k-images-idx3-ubyte': imagesBytes,
      't10k-labels-idx1-ubyte': labelsBytes,
    });
    await assert.rejects(
      open('a', both(images.subarray(0, 30), labels)),
      userError(/t10k-images.*4×2×3 = 24 bytes, 14 follow/),
    );
    await assert.rejects(
      open('b', both(images.subarray(0, 9), labels)),
      userError(/has 9 bytes, its IDX header needs 16/),
    );
    await assert.rejects(
      open('c', both(labels, labels)),
      userError(/1 dimensions, expected unsigned bytes \(0x08\) and 3/),
    );
    await assert.rejects(
      open('d', both(images, idxFile([5], new Uint8Array(5)))),
      userError(/has 5 labels.*has 4 images/),
    );
    await assert.rejects(open('e', both(Buffer.from('junk'), labels)), userError(/not an IDX file/));
    await assert.rejects(
      open('f', { 't10k-images-idx3-ubyte': images }),
      userError(/no labels beside it, expected t10k-labels-idx1-ubyte/),
    );
    await assert.rejects(
      open('g', both(images, labels), { split: 'train' }),
      userError(/has no train split, only: test/),
    );
    await assert.rejects(
      open('h', { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels }),
      userError(/no test split.*--split train/),
    );
    await assert.rejects(
      open('i', { 'a-test-images-idx3-ubyte': images, 'b-test-images-idx3-ubyte': images }),
      userError(/several IDX datasets/),
    );
    await assert.rejects(
      open('j', both(idxFile([0, 28, 28], new Uint8Array(0)), idxFile([0], new Uint8Array(0)))),
      userError(/no pixels/),
    );
  });

  test('a .gz that unpacks to more or less than stated, or not at all', async () => {
    const bomb = gzipSync(Buffer.concat([images, Buffer.alloc(1 << 24)]));
    const huge = gzipSync(idxFile([0xffffffff, 0xffff, 0xffff], new Uint8Array(9)));
    const path = (name: string, bytes: Uint8Array) =>
      openDataset(write(name, { 't10k-images-idx3-ubyte.gz': bytes, 't10k-labels-idx1-ubyte': labels }));
    await assert.rejects(path('k', bomb), userError(/states 40 bytes, the unpacked file has more/));
    await assert.rejects(path('l', huge), userError(/packed bytes cannot hold them/));
    await assert.rejects(path('m', gzipSync(images).subarray(0, 40)), userError(/cannot unpack/));
  });

  test('mutated files give an array or a UserError', async () => {
    const random = new Random(21);
    const packed = gzipSync(images);
    let read = 0;
    for (let i = 0; i < 4000; i++) {
      try {
        const bytes = mutate(i % 4 === 0 ? packed : images, random, 30);
        const plain = i % 4 === 0 ? await gunzipStated(bytes, 'x', (head) => parseableSize(head)) : bytes;
        const array = parseIdx(plain, 'x', 3);
        assert.equal(
          array.shape.reduce((a, b) => a * b),
          array.data.length,
        );
        read++;
      } catch (error) {
        assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
      }
    }
    assert.ok(read > 50 && read < 3950, `${read} of 4000 were read`);
  });

  const mnist = sharedData('mnist');
  test('MNIST', needs(mnist), async () => {
    const dataset = await openDataset(mnist!);
    assert.deepEqual(
      [dataset.length, dataset.classes, dataset.preset, dataset.name],
      [10_000, 10, 'mnist', 'mnist'],
    );
    const { labels: first, pixels: ink } = await dataset.read(0, 10_000);
    assert.deepEqual([...first.subarray(0, 5)], [7, 2, 1, 0, 4]);
    let sum = 0;
    for (const x of ink) sum += x;
    const mean = sum / ink.length / 255;
    // The test set's published mean.
    assert.ok(Math.abs(mean - 0.1325) < 0.0001, `${mean}`);
  });
});

function parseableSize(head: Uint8Array): number {
  if (head.length < 16) throw new UserError('short');
  const view = new DataView(head.buffer, head.byteOffset);
  return view.getUint32(4) * view.getUint32(8) * view.getUint32(12) + 16;
}
