import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Preprocess, Samples } from '../../src/data/dataset.js';
import { toModelInput } from '../../src/data/model_input.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';

const plain: Preprocess = { scale: 1 / 255, mean: [0], std: [1], layout: 'nchw' };
const samples = (pixels: Uint8Array | Float32Array, shape: [number, number, number]): Samples => ({
  pixels,
  shape,
  labels: new Int32Array(pixels.length / (shape[0] * shape[1] * shape[2])),
});

describe('toModelInput', () => {
  test('equals the float32 pipeline to the bit: x / 255, − mean, ÷ std', () => {
    const f = Math.fround;
    for (const [mean, std] of [
      [0.1307, 0.3081],
      [0.485, 0.229],
      [0, 1],
      [0.4465, 0.2616],
    ] as const) {
      const all = Uint8Array.from(Array(256).keys());
      const input = toModelInput(samples(all, [16, 16, 1]), { ...plain, mean: [mean], std: [std] });
      const expected = Float32Array.from(all, (x) => f(f(f(x / 255) - f(mean)) / f(std)));
      assert.deepEqual(input, expected);
      assert.deepEqual(
        toModelInput(samples(Float32Array.from(all), [16, 16, 1]), { ...plain, mean: [mean], std: [std] }),
        expected,
      );
    }
  });

  test('layouts and channels, against plain loops', () => {
    const random = new Random(5);
    const [n, h, w, c] = [3, 2, 4, 3];
    const pixels = Uint8Array.from({ length: n * h * w * c }, () => random.integer(256));
    const settings = { scale: 0.5, mean: [1, 2, 3], std: [2, 4, 8] };
    const nchw = toModelInput(samples(pixels, [h, w, c]), { ...settings, layout: 'nchw' });
    const nhwc = toModelInput(samples(pixels, [h, w, c]), { ...settings, layout: 'nhwc' });
    for (let i = 0; i < n; i++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++)
          for (let k = 0; k < c; k++) {
            const at = ((i * h + y) * w + x) * c + k;
            const value = Math.fround((pixels[at]! * 0.5 - (k + 1)) / 2 ** (k + 1));
            assert.equal(nhwc[at], value);
            assert.equal(nchw[((i * c + k) * h + y) * w + x], value);
          }
  });

  test('grey and RGB', () => {
    const rgb = samples(new Uint8Array([255, 0, 0, 10, 20, 30]), [1, 2, 3]);
    // PIL: convert('L') of (255, 0, 0) is 76, of (10, 20, 30) is 18.
    assert.deepEqual(toModelInput(rgb, { ...plain, scale: 1, channels: 1 }), new Float32Array([76, 18]));
    const grey = samples(new Uint8Array([7, 8]), [1, 2, 1]);
    assert.deepEqual(
      toModelInput(grey, { ...plain, scale: 1, channels: 3, layout: 'nhwc' }),
      new Float32Array([7, 7, 7, 8, 8, 8]),
    );
    assert.throws(
      () => toModelInput(samples(new Float32Array(2), [1, 2, 1]), { ...plain, channels: 3 }),
      userError(/floats/),
    );
  });

  test('misfits say both shapes and what mends them', () => {
    const grey = samples(new Uint8Array(784), [28, 28, 1]);
    assert.throws(
      () => toModelInput(grey, plain, { channels: 3, height: 28, width: 28 }),
      userError(/samples are 28×28×1.*model takes 28×28×3.*"channels: 3" in a --preprocess/),
    );
    assert.throws(
      () => toModelInput(grey, plain, { channels: 1, height: 32, width: 32 }),
      userError(/samples are 28×28×1.*model takes 32×32×1.*--resize 32/),
    );
    assert.throws(
      () => toModelInput(grey, { ...plain, mean: [1, 2, 3] }),
      userError(/--mean has 3 values.*1 channels/),
    );
    assert.equal(toModelInput(grey, plain, { channels: 1 }).length, 784);
  });

  test('10 000 CIFAR images take well under half a second', () => {
    const pixels = new Uint8Array(10_000 * 3072).fill(77);
    const start = performance.now();
    toModelInput(samples(pixels, [32, 32, 3]), { ...plain, mean: [1, 2, 3], std: [2, 4, 8] });
    // Generous against a busy machine.
    assert.ok(performance.now() - start < 2000);
  });
});
