import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { resample } from '../../src/data/resample.js';
import { Random } from '../../src/util/random.js';

const [height, width] = [37, 53];
const random = new Random(31);
const image = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256));
const whole = (size: number) => ({ size, start: 0, count: size });
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('resample', () => {
  test('equals PIL to the bit', () => {
    // np.asarray(Image.fromarray(image).resize((w, h), Image.BILINEAR)), Pillow 9.4.
    for (const [h, w, expected] of [
      [10, 17, '50d9813b2fbc5934'],
      [80, 64, 'b5365f665d210b61'],
      [37, 20, '61526c8d0496f0a3'],
      [20, 53, '72ac10872d23c188'],
      [1, 1, '5284ca4f0ff3cb1a'],
    ] as const) {
      assert.equal(sha(resample(image, [height, width, 3], whole(h), whole(w))), expected, `${h}×${w}`);
    }
  });

  test('a part equals that part of the whole', () => {
    const all = resample(image, [height, width, 3], whole(24), whole(70));
    const part = resample(
      image,
      [height, width, 3],
      { size: 24, start: 5, count: 8 },
      { size: 70, start: 60, count: 10 },
    );
    for (let y = 0; y < 8; y++) {
      const from = ((y + 5) * 70 + 60) * 3;
      assert.deepEqual(part.subarray(y * 30, (y + 1) * 30), all.subarray(from, from + 30));
    }
  });

  test('the same size is the same image, a flat one stays flat', () => {
    assert.deepEqual(resample(image, [height, width, 3], whole(height), whole(width)), image);
    const white = resample(new Uint8Array(35).fill(255), [5, 7, 1], whole(11), whole(3));
    assert.deepEqual([...new Set(white)], [255]);
  });
});
