import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { type Color, encodePng, pngSource } from '../../src/report/png.js';
import { Random } from '../../src/util/random.js';

test('another decoder finds every pixel', async () => {
  const random = new Random(3);
  for (const [width, height, colors, cellWidth, cellHeight] of [
    [1, 1, 1, 1, 1],
    [5, 3, 256, 1, 1],
    [7, 11, 2, 3, 2],
    [64, 64, 255, 1, 1],
    [1, 255, 255, 28, 4],
  ] as const) {
    const byte = () => random.integer(256);
    const palette = Array.from({ length: colors }, (): Color => [byte(), byte(), byte(), byte()]);
    const pixels = Uint8Array.from({ length: width * height }, () => random.integer(colors));
    const png = encodePng(width, height, pixels, palette, { width: cellWidth, height: cellHeight });
    const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [width * cellWidth, height * cellHeight]);
    for (let y = 0; y < info.height; y++) {
      for (let x = 0; x < info.width; x++) {
        const at = 4 * (y * info.width + x);
        const cell = Math.floor(y / cellHeight) * width + Math.floor(x / cellWidth);
        assert.deepEqual([...data.subarray(at, at + 4)], [...palette[pixels[cell]!]!], `${x}, ${y}`);
      }
    }
  }
});

test('colours without alpha are opaque', async () => {
  const png = encodePng(1, 1, Uint8Array.of(0), [[1, 2, 3]]);
  assert.deepEqual([...(await sharp(png).ensureAlpha().raw().toBuffer())], [1, 2, 3, 255]);
});

test('as an address it is base64', () => {
  const png = encodePng(1, 1, Uint8Array.of(0), [[1, 2, 3]]);
  const [start, base64] = pngSource(png).split(',');
  assert.equal(start, 'data:image/png;base64');
  assert.deepEqual(Buffer.from(base64!, 'base64'), Buffer.from(png));
});
