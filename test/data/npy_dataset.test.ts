import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openDataset } from '../../src/data/open.js';
import { listZip } from '../../src/data/zip.js';
import { UserError } from '../../src/util/errors.js';
import { encodeNpy } from '../../src/util/npy.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { mutate } from '../support/mutate.js';
import { temporaryFolder } from '../support/temporary.js';
import { zipFile } from '../support/zip_file.js';

const bytes = (shape: number[]) =>
  encodeNpy(shape, Uint8Array.from(Array(shape.reduce((a, b) => a * b)).keys()));
const labelsNpy = (...labels: number[]) => encodeNpy([labels.length], BigInt64Array.from(labels, BigInt));

describe('NumPy datasets', () => {
  const folder = temporaryFolder();
  const write = (name: string, files: Record<string, Uint8Array>) => {
    mkdirSync(join(folder, name));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), content);
    return join(folder, name);
  };

  test('a pair of files: layouts and types', async () => {
    const cases: [number[], number[]][] = [
      [
        [2, 4, 4],
        [4, 4, 1],
      ],
      [
        [2, 4, 5, 3],
        [4, 5, 3],
      ],
      [
        [2, 3, 4, 5],
        [4, 5, 3],
      ],
      [
        [2, 7],
        [1, 1, 7],
      ],
    ];
    for (const [stored, shape] of cases) {
      const path = write(`pair-${stored.join('-')}`, { 'x.npy': bytes(stored), 'y.npy': labelsNpy(1, 5) });
      const dataset = await openDataset(path);
      const read = await dataset.read(1, 1);
      assert.deepEqual(
        [dataset.classes, dataset.length, [...read.shape], [...read.labels]],
        [6, 2, shape, [5]],
      );
      const size = read.pixels.length;
      const expected = Array.from({ length: size }, (_, i) => size + i);
      const chw =
        stored[1] === 3 ? expected.map((_, i) => size + (i % 3) * (size / 3) + Math.floor(i / 3)) : expected;
      assert.deepEqual([...read.pixels], chw);
    }
  });

  test('floats stay floats, other types become floats', async () => {
    const path = write('floats', {
      'images.npy': encodeNpy([1, 2, 2], new Float64Array([0.5, -1, 2, 3])),
      'labels.npy': encodeNpy([1, 1], new Uint8Array([0])),
    });
    const read = await (await openDataset(path)).read(0, 1);
    assert.deepEqual(read.pixels, new Float32Array([0.5, -1, 2, 3]));
    await assert.rejects((await openDataset(path)).read(0, 1, { resize: 4 }), userError(/cannot be resized/));
  });

  test('.npz with both splits, deflated or stored', async () => {
    for (const deflate of [true, false]) {
      const path = write(`npz-${deflate}`, {
        'set.npz': zipFile(
          {
            'x_train.npy': bytes([3, 2, 2]),
            'y_train.npy': labelsNpy(0, 1, 2),
            'x_test.npy': bytes([2, 2, 2]),
            'y_test.npy': labelsNpy(2, 1),
          },
          deflate,
        ),
      });
      for (const spec of [path, join(path, 'set.npz')]) {
        const dataset = await openDataset(spec);
        assert.deepEqual([dataset.name, dataset.splits, dataset.length], ['set', ['test', 'train'], 2]);
        assert.equal((await openDataset(spec, { split: 'train' })).length, 3);
      }
    }
  });

  test('a single file finds its labels and tells its split', async () => {
    const path = write('single', {
      'X_train.npy': bytes([2, 2, 2]),
      'Y_train.npy': labelsNpy(0, 1),
      'odd.npy': bytes([2, 2, 2]),
      'x_test.npy': bytes([2, 2, 2]),
    });
    assert.equal((await openDataset(join(path, 'X_train.npy'))).split, 'train');
    await assert.rejects(openDataset(join(path, 'x_test.npy')), userError(/expected y_test\.npy/));
    await assert.rejects(openDataset(join(path, 'odd.npy')), userError(/cannot tell which labels/));
  });

  test('faults', async () => {
    const open = (name: string, x: Uint8Array, y: Uint8Array) =>
      openDataset(write(name, { 'x.npy': x, 'y.npy': y }));
    await assert.rejects(
      open('a', bytes([2, 2, 2]), labelsNpy(1)),
      userError(/y\.npy: has 1 labels.*x\.npy has 2 samples/),
    );
    await assert.rejects(open('b', bytes([2, 2, 2]), labelsNpy(1, -1)), userError(/label 1 is -1/));
    await assert.rejects(
      open('c', bytes([2, 2, 2]), encodeNpy([2], new Float32Array([1, 0.5]))),
      userError(/label 1 is 0\.5/),
    );
    await assert.rejects(
      open('d', bytes([2, 2, 2]), bytes([2, 10])),
      userError(/shape \[2, 10\], expected class indices/),
    );
    await assert.rejects(open('e', bytes([2]), labelsNpy(1, 1)), userError(/x\.npy: shape \[2\]/));
    await assert.rejects(
      open('f', bytes([2, 2, 2]).subarray(0, 130), labelsNpy(1, 1)),
      userError(/needs 8 bytes.*has 2/),
    );
    const none = write('none', { 'other.npz': zipFile({ 'weights.npy': bytes([2]) }) });
    await assert.rejects(
      openDataset(none),
      userError(/other\.npz: no arrays of samples and labels.*found: weights\.npy/),
    );
  });

  test('damaged archives', async () => {
    const good = zipFile({ 'x.npy': bytes([2, 8, 8]), 'y.npy': labelsNpy(0, 1) });
    const open = (name: string, content: Uint8Array) =>
      openDataset(join(write(name, { 'set.npz': content }), 'set.npz'));
    await assert.rejects(open('zip-a', good.subarray(0, 100)), userError(/not a ZIP archive, or truncated/));
    await assert.rejects(open('zip-b', Buffer.from('junk')), userError(/not a ZIP archive/));
    const flipped = Buffer.from(good);
    flipped[60]! ^= 4;
    await assert.rejects(open('zip-c', flipped), userError(/set\.npz: x\.npy: (damaged|cannot unpack)/));
  });

  test('mutated archives give members or a UserError', async () => {
    const random = new Random(23);
    const good = zipFile({ 'x.npy': bytes([2, 8, 8]), 'y.npy': labelsNpy(0, 1) });
    let read = 0;
    for (let i = 0; i < 3000; i++) {
      try {
        for (const member of listZip(mutate(good, random), 'x'))
          assert.ok((await member.read()).length < 1 << 20);
        read++;
      } catch (error) {
        assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
      }
    }
    assert.ok(read > 50 && read < 2950, `${read} of 3000 were read`);
  });
});
