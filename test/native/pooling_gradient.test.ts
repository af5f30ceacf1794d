import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomTensor, seeded, sizeOf } from '../support/native_op.js';
import { f32 } from '../support/onnx_builder.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { differences, dot, runTraining } from '../support/training_op.js';

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

/** Any pooling that the plan can hold; `more`: how many rows and columns of windows pass the padded edge. */
const cases = fc
  .record({
    planes: pair(1, 3),
    size: pair(1, 12),
    kernel: pair(1, 4),
    strides: pair(1, 4),
    dilations: pair(1, 3),
    begin: pair(0, 5),
    end: pair(0, 5),
    ceil: fc.boolean(),
    seed: fc.nat(),
  })
  .map((c) => {
    const room = c.size.map((size, i) => {
      return size + c.begin[i]! + c.end[i]! - (c.dilations[i]! * (c.kernel[i]! - 1) + 1);
    });
    const count = room.map((r, i) => (c.ceil ? Math.ceil : Math.floor)(r / c.strides[i]!) + 1);
    const { kernel, strides, dilations } = c;
    return {
      ...c,
      fits: room.every((r) => r >= 0),
      xShape: [...c.planes, ...c.size],
      yShape: [...c.planes, ...count],
      attributes: { kernel, strides, dilations, pads: [...c.begin, ...c.end] },
    };
  });

type PoolCase = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** For every window the indices of its elements in x, row-major, and how many taps lie in the padded plane. */
function windows(c: PoolCase): { elements: number[]; padded: number }[] {
  const [n, channels, outHeight, outWidth] = c.yShape as [number, number, number, number];
  const [height, width] = c.size;
  const result: { elements: number[]; padded: number }[] = [];
  for (let plane = 0; plane < n * channels; plane++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++) {
        const window = { elements: [] as number[], padded: 0 };
        for (let ky = 0; ky < c.kernel[0]; ky++)
          for (let kx = 0; kx < c.kernel[1]; kx++) {
            const y = oy * c.strides[0] + ky * c.dilations[0] - c.begin[0];
            const x = ox * c.strides[1] + kx * c.dilations[1] - c.begin[1];
            if (y < height + c.end[0] && x < width + c.end[1]) window.padded++;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            window.elements.push((plane * height + y) * width + x);
          }
        result.push(window);
      }
  return result;
}

function maxPoolGradient(c: PoolCase, x: ArrayLike<number>, g: ArrayLike<number>): Float32Array {
  const dx = new Float32Array(sizeOf(c.xShape));
  windows(c).forEach(({ elements }, i) => {
    let winner = -1;
    for (const at of elements) if (x[at]! > (winner < 0 ? -Infinity : x[winner]!)) winner = at;
    if (winner >= 0) dx[winner]! += g[i]!;
  });
  return dx;
}

describe('MaxPoolGradient', () => {
  test('gives each gradient to the first maximum of its window', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 5 }), async (c, levels) => {
        fc.pre(c.fits);
        const random = seeded(c.seed);
        // Few levels: many ties. Gradients are whole, so that their sums are exact in any order.
        const x = f32(
          c.xShape,
          Array.from({ length: sizeOf(c.xShape) }, () => random.integer(levels) - 2),
        );
        const g = f32(
          c.yShape,
          Array.from({ length: sizeOf(c.yShape) }, () => random.integer(100) - 50),
        );
        const [dx] = await runTraining({
          type: 'MaxPoolGradient',
          inputs: [g, x],
          outputs: [c.xShape],
          attributes: c.attributes,
          overwrites: sizeOf(c.xShape) === sizeOf(c.yShape) ? 0 : undefined,
        });
        assert.deepEqual(
          dx!.map((value) => value + 0),
          maxPoolGradient(c, x.data as Float32Array, g.data as Float32Array),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('equals differences where no two elements are equal', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        fc.pre(c.fits && sizeOf(c.xShape) < 200);
        const random = seeded(c.seed);
        const order = random.shuffle(Array.from({ length: sizeOf(c.xShape) }, (_, i) => i / 7 - 3));
        const g = randomTensor(c.yShape, random);
        const taps = windows(c);
        const [dx] = await runTraining({
          type: 'MaxPoolGradient',
          inputs: [g, f32(c.xShape, order)],
          outputs: [c.xShape],
          attributes: c.attributes,
        });
        const expected = differences(order, (x) => {
          const y = taps.map(({ elements }) =>
            elements.length ? Math.max(...elements.map((i) => x[i]!)) : 0,
          );
          return dot(y, g.data as Float32Array);
        });
        assert.ok(relativeError(dx!, expected) < 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test('planes of many blocks and vectors', async () => {
    const random = seeded(5);
    const c = {
      planes: [1, 2],
      size: [90, 75],
      kernel: [3, 3],
      strides: [2, 1],
      dilations: [1, 1],
      begin: [1, 1],
      end: [1, 1],
      xShape: [1, 2, 90, 75],
      yShape: [1, 2, 45, 75],
      attributes: { kernel: [3, 3], strides: [2, 1], dilations: [1, 1], pads: [1, 1, 1, 1] },
    } as unknown as PoolCase;
    const x = f32(
      c.xShape,
      Array.from({ length: sizeOf(c.xShape) }, () => random.integer(9)),
    );
    const g = f32(
      c.yShape,
      Array.from({ length: sizeOf(c.yShape) }, () => random.integer(9)),
    );
    const [dx] = await runTraining({
      type: 'MaxPoolGradient',
      inputs: [g, x],
      outputs: [c.xShape],
      attributes: c.attributes,
    });
    assert.deepEqual(dx, maxPoolGradient(c, x.data as Float32Array, g.data as Float32Array));
  });

  test('infinities and NaN: −∞ alone wins nothing, the first NaN wins', async () => {
    const row = (...values: number[]) => f32([1, 1, 1, values.length], values);
    const attributes = { kernel: [1, 3], strides: [1, 3], dilations: [1, 1], pads: [0, 0, 0, 0] };
    const [dx] = await runTraining({
      type: 'MaxPoolGradient',
      inputs: [
        row(1, 2, 4),
        row(-Infinity, -Infinity, -Infinity, -Infinity, Infinity, Infinity, 3, Number.NaN, Number.NaN),
      ],
      outputs: [[1, 1, 1, 9]],
      attributes,
    });
    assert.deepEqual([...dx!], [0, 0, 0, 0, 2, 0, 0, 4, 0]);
  });
});

for (const countIncludePad of [0, 1]) {
  test(`AveragePoolGradient equals differences, countIncludePad ${countIncludePad}`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        fc.pre(c.fits);
        const g = randomTensor(c.yShape, seeded(c.seed));
        const [dx] = await runTraining({
          type: 'AveragePoolGradient',
          inputs: [g],
          outputs: [c.xShape],
          attributes: { ...c.attributes, countIncludePad },
          overwrites: sizeOf(c.xShape) === sizeOf(c.yShape) ? 0 : undefined,
        });
        // A linear function: its derivative is the weight of each element.
        const expected = new Float64Array(sizeOf(c.xShape));
        windows(c).forEach(({ elements, padded }, i) => {
          const divisor = countIncludePad ? padded : elements.length;
          for (const at of elements) expected[at]! += (g.data[i] as number) / divisor;
        });
        assert.ok(relativeError(dx!, expected) < 1e-6);
      }),
      { numRuns: 300 },
    );
  });
}

test('GlobalMaxPoolGradient gives the gradient to the first maximum', async () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(shapes, fc.nat(), async (shape, seed) => {
      const random = seeded(seed);
      const [n, channels, ...rest] = shape as [number, number, ...number[]];
      const x = Float32Array.from({ length: sizeOf(shape) }, () => random.integer(6) - 3);
      const g = randomTensor([n, channels, ...rest.map(() => 1)], random);
      const [dx] = await runTraining({
        type: 'GlobalMaxPoolGradient',
        inputs: [g, f32(shape, x)],
        outputs: [shape],
        overwrites: sizeOf(rest) === 1 ? 0 : undefined,
      });
      const size = sizeOf(rest);
      const expected = new Float32Array(x.length);
      for (let i = 0; i < n * channels; i++) {
        const plane = x.subarray(i * size, (i + 1) * size);
        expected[i * size + plane.indexOf(Math.max(...plane))] = g.data[i] as number;
      }
      assert.deepEqual(dx, expected);
    }),
    { numRuns: 60 },
  );
});
