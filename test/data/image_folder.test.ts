import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import sharp from 'sharp';
import { openDataset } from '../../src/data/open.js';
import { fitGeometry } from '../../src/data/resize.js';
import { userError } from '../support/errors.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';

const png = (colour: string, width = 4, height = 4) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();

describe('image folders', () => {
  const folder = temporaryFolder();
  let red: Buffer;
  before(async () => {
    red = await png('#ff0000');
  });
  const write = (name: string, files: Record<string, string | Uint8Array>) => {
    for (const [file, content] of Object.entries(files)) {
      const path = join(folder, name, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return join(folder, name);
  };

  test('class sub-folders are numbered by name; hidden and other files are left out', async () => {
    const path = write('classes', {
      'b/2.png': red,
      'b/deep/1.png': await png('#00ff00'),
      'a/x.PNG': await png('#0000ff'),
      'a/notes.txt': 'x',
      '.cache/z.png': red,
      'c/.keep': '',
    });
    const dataset = await openDataset(path);
    assert.deepEqual(
      [dataset.kind, dataset.length, dataset.classes, dataset.splits],
      ['folder', 3, 3, ['test']],
    );
    assert.deepEqual(dataset.classNames, ['a', 'b', 'c']);
    const read = await dataset.read(0, 3);
    assert.deepEqual([...read.labels], [0, 1, 1]);
    assert.deepEqual(read.shape, [4, 4, 3]);
    const firsts = [0, 1, 2].map((i) => [...read.pixels.subarray(i * 48, i * 48 + 3)]);
    assert.deepEqual(firsts, [
      [0, 0, 255],
      [255, 0, 0],
      [0, 255, 0],
    ]);
  });

  test('train and val are splits', async () => {
    const path = write('splits', {
      'train/a/1.png': red,
      'train/b/1.png': red,
      'val/a/1.png': red,
      'val/b/.keep': '',
    });
    const test = await openDataset(path);
    assert.deepEqual([test.split, test.splits, test.length, test.classes], ['test', ['train', 'test'], 1, 2]);
    assert.equal((await openDataset(path, { split: 'train' })).length, 2);
    const odd = write('odd', { 'train/a/1.png': red, 'train/b/1.png': red, 'test/b/1.png': red });
    await assert.rejects(openDataset(odd), userError(/test: lacks the class folder "a" that .*train has/));
  });

  test('labels.csv, with and without header', async () => {
    for (const header of ['', 'file,class_index\r\n']) {
      const path = write(`csv${header.length}`, {
        'labels.csv': `${header}x.png,7\r\n"y, z.png", 2\n`,
        'x.png': red,
        'y, z.png': red,
      });
      const dataset = await openDataset(path);
      assert.deepEqual([dataset.length, dataset.classes], [2, 8]);
      assert.deepEqual([...(await dataset.read(0, 2)).labels], [7, 2]);
    }
    const open = (name: string, csv: string) => openDataset(write(name, { 'labels.csv': csv }));
    await assert.rejects(
      open('csv-a', 'f,c\nx.png,7\nx.png;8\n'),
      userError(/labels\.csv: line 3: expected file,class_index, found "x\.png;8"/),
    );
    await assert.rejects(open('csv-b', 'x.png,-1\n'), userError(/line 1/));
    await assert.rejects(open('csv-c', 'file,class_index\n'), userError(/names no images/));
    await assert.rejects(open('csv-d', 'x.png,99999999\n'), userError(/line 1/));
    await assert.rejects(open('csv-f', `x.png,${' '.repeat(200_000)},`), userError(/line 1/));
    await assert.rejects(open('csv-g', 'x.png,1,2\n'), userError(/line 1/));
    const missing = await open('csv-e', 'x.png,1\n');
    await assert.rejects(missing.read(0, 1), userError(/x\.png: cannot decode/));
  });

  test('grey, alpha, 16-bit and CMYK images become RGB', async () => {
    const grey = sharp(Buffer.alloc(16, 100), { raw: { width: 4, height: 4, channels: 1 } });
    const path = write('kinds', {
      'a/1-grey.png': await grey.clone().toColourspace('b-w').png().toBuffer(),
      'a/2-alpha.png': await sharp({
        create: { width: 4, height: 4, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } },
      })
        .png()
        .toBuffer(),
      'a/3-deep.png': await grey.clone().toColourspace('grey16').png().toBuffer(),
      'a/4-cmyk.jpg': await sharp(red).toColourspace('cmyk').jpeg().toBuffer(),
    });
    const read = await (await openDataset(path)).read(0, 4);
    assert.deepEqual(read.shape, [4, 4, 3]);
    assert.deepEqual([...read.pixels.subarray(0, 3)], [100, 100, 100]);
    assert.deepEqual([...read.pixels.subarray(48, 51)], [9, 99, 199]);
    assert.deepEqual([...read.pixels.subarray(96, 99)], [100, 100, 100]);
    const [r, g, b] = read.pixels.subarray(144, 147);
    assert.ok(r! > 180 && g! < 80 && b! < 80, `${[r, g, b]}`);
  });

  test('geometry as in torchvision', () => {
    assert.deepEqual(fitGeometry([375, 500], { resize: 256, crop: 224 }, ''), {
      resize: [256, 341],
      crop: { left: 58, top: 16, width: 224, height: 224 },
    });
    assert.deepEqual(fitGeometry([500, 333], { resize: 256 }, ''), { resize: [384, 256] });
    assert.deepEqual(fitGeometry([9, 9], { resize: [5, 7] }, ''), { resize: [5, 7] });
    // round(0.5) is 0, round(1.5) is 2: half to even, as in Python.
    assert.deepEqual(fitGeometry([5, 7], { crop: 4 }, '').crop, { left: 2, top: 0, width: 4, height: 4 });
    assert.throws(
      () => fitGeometry([5, 7], { crop: 6 }, 'a.png'),
      userError(/^a\.png: is 5×7.*crop 6×6; --resize 6/),
    );
  });

  test('a gradient is resized by the triangle filter and cropped in the centre', async () => {
    const pixels = Buffer.from(Array.from({ length: 8 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 16) * 16));
    const path = write('fit', {
      'a/1.png': await sharp(pixels, { raw: { width: 16, height: 8, channels: 3 } })
        .png()
        .toBuffer(),
    });
    const read = await (await openDataset(path)).read(0, 1, { resize: 4, crop: 2 });
    assert.deepEqual(read.shape, [2, 2, 3]);
    // 16×8 → 8×4; columns 3 and 4 of 8 average the columns 6, 7 and 8, 9 of 16 (and, equally, their neighbours).
    const [left, , , right] = read.pixels;
    assert.ok(Math.abs(left! - 104) <= 2 && Math.abs(right! - 136) <= 2, `${left} ${right}`);
  });

  test('faults name the file', async () => {
    const path = write('faults', {
      'a/1.png': red,
      'a/2.png': await png('#000000', 5, 4),
      'a/3.jpg': 'junk',
      'a/4.png': red.subarray(0, 60),
    });
    const dataset = await openDataset(path);
    await assert.rejects(
      dataset.read(0, 2),
      userError(/2\.png: is 4×5×3, .*1\.png is 4×4×3.*--resize and --crop/),
    );
    await assert.rejects(dataset.read(2, 1), userError(/3\.jpg: cannot decode the image/));
    await assert.rejects(dataset.read(3, 1), userError(/4\.png: cannot decode the image/));
    await assert.rejects(
      openDataset(write('nothing', { 'readme.txt': '' })),
      userError(/looked for IDX.*found: readme\.txt/),
    );
    await assert.rejects(
      openDataset(join(folder, 'absent')),
      userError(/absent: cannot read it: no such file/),
    );
    await assert.rejects(openDataset('synthetic-digit'), userError(/did you mean "synthetic-digits"/));
    await assert.rejects(openDataset(join(path, 'a', '1.png')), userError(/not a dataset file/));
  });

  test('truncated JPEGs are errors, not grey halves', async () => {
    const jpeg = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: '#123456',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    })
      .jpeg()
      .toBuffer();
    const dataset = await openDataset(write('cut', { 'a/1.jpg': jpeg.subarray(0, jpeg.length / 2) }));
    await assert.rejects(dataset.read(0, 1), userError(/1\.jpg: cannot decode/));
  });

  const imagenet = sharedData('imagenet100');
  test('imagenet100, real', needs(imagenet), async () => {
    const dataset = await openDataset(imagenet!);
    const rows = readFileSync(join(imagenet!, 'labels.csv'), 'utf8').trim().split('\n');
    assert.equal(dataset.length, rows.length - 1);
    const read = await dataset.read(0, 10, { resize: 256, crop: 224 });
    assert.deepEqual(
      [[...read.shape], read.pixels.length, read.labels[1]],
      [[224, 224, 3], 10 * 224 * 224 * 3, 10],
    );
  });
});
