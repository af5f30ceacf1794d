import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomTensor, seeded, sizeOf } from '../support/native_op.js';
import { relativeError } from '../support/onnxruntime.js';
import { fc } from '../support/property.js';
import { runTraining } from '../support/training_op.js';

/** Row-major index in `shape` of the coordinates. */
const at = (shape: readonly number[], coordinates: readonly number[]) =>
  coordinates.reduce((index, coordinate, axis) => index * shape[axis]! + coordinate, 0);

function* coordinatesOf(shape: readonly number[]): Generator<number[]> {
  for (let i = 0; i < sizeOf(shape); i++) {
    const coordinates: number[] = [];
    let rest = i;
    for (const size of shape.toReversed()) {
      coordinates.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    yield coordinates;
  }
}

/** What the elements of a tensor of `shape` get back from the outputs that repeat them; source(…) undefined: none. */
function gathered(
  shape: readonly number[],
  gShape: readonly number[],
  g: ArrayLike<number | bigint>,
  source: (output: readonly number[]) => number[] | undefined,
): Float64Array {
  const dx = new Float64Array(sizeOf(shape));
  for (const output of coordinatesOf(gShape)) {
    const from = source(output);
    if (from !== undefined) dx[at(shape, from)]! += Number(g[at(gShape, output)]!);
  }
  return dx;
}

test('Expand repeats and scales', async () => {
  const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(axes, fc.constantFrom(1, -0.5, 0.125), fc.nat(), async (pairs, scale, seed) => {
      const shape = pairs.map(([size]) => size);
      const xShape = pairs.map(([size, kept]) => (kept ? size : 1));
      const x = randomTensor(xShape, seeded(seed));
      const [y] = await runTraining({
        type: 'Expand',
        inputs: [x],
        outputs: [shape],
        attributes: { scale },
        overwrites: sizeOf(shape) === sizeOf(xShape) ? 0 : undefined,
      });
      const expected = Float32Array.from([...coordinatesOf(shape)], (coordinates) => {
        const from = coordinates.map((c, axis) => (xShape[axis] === 1 ? 0 : c));
        return (x.data[at(xShape, from)] as number) * scale;
      });
      assert.deepEqual(y, expected);
    }),
    { numRuns: 100 },
  );
});

test('Expand over rows longer than what a thread takes at a time', async () => {
  const x = randomTensor([3, 1], seeded(1));
  const [y] = await runTraining({
    type: 'Expand',
    inputs: [x],
    outputs: [[3, 50000]],
    attributes: { scale: 2 },
  });
  const expected = new Float32Array(150000);
  for (let i = 0; i < 3; i++) expected.fill((x.data[i] as number) * 2, i * 50000, (i + 1) * 50000);
  assert.deepEqual(y, expected);
});

test('SliceGradient puts the gradient back where the slice came from', async () => {
  const axis = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(), fc.constantFrom(1, 1, 2, 3, -1, -2), fc.nat())
    .map(([size, start, step, count]) => {
      const first = start % size;
      const most = Math.floor((step > 0 ? size - 1 - first : first) / Math.abs(step)) + 1;
      return { size, first, step, count: 1 + (count % most) };
    });
  await fc.assert(
    fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), fc.nat(), async (axes, seed) => {
      const shape = axes.map(({ size }) => size);
      const gShape = axes.map(({ count }) => count);
      const g = randomTensor(gShape, seeded(seed));
      const [dx] = await runTraining({
        type: 'SliceGradient',
        inputs: [g],
        outputs: [shape],
        attributes: { starts: axes.map(({ first }) => first), steps: axes.map(({ step }) => step) },
      });
      const expected = gathered(shape, gShape, g.data, (output) =>
        output.map((o, i) => axes[i]!.first + o * axes[i]!.step),
      );
      assert.deepEqual(dx, Float32Array.from(expected));
    }),
    { numRuns: 200 },
  );
});

describe('PadGradient sums over what repeats each element', () => {
  const crop = (size: number, begin: number, end: number) =>
    [Math.max(0, -begin), size - Math.max(0, -end)] as const;
  const sources: Record<string, (i: number, kept: number) => number | undefined> = {
    constant: (i, kept) => (i < 0 || i >= kept ? undefined : i),
    edge: (i, kept) => Math.min(Math.max(i, 0), kept - 1),
    reflect: (i, kept) => (i < 0 ? -i : i >= kept ? 2 * (kept - 1) - i : i),
  };
  for (const [mode, source] of Object.entries(sources)) {
    test(mode, async () => {
      const axis = fc
        .record({ size: fc.integer({ min: 1, max: 8 }), begin: fc.nat(12), end: fc.nat(12) })
        .map(({ size, begin, end }) => ({ size, begin: begin - 4, end: end - 4 }))
        .filter(({ size, begin, end }) => {
          const [low, high] = crop(size, begin, end);
          const kept = high - low;
          if (size + begin + end < 1 || kept < (mode === 'constant' ? 0 : 1)) return false;
          return mode !== 'reflect' || Math.max(begin, end) < kept;
        });
      await fc.assert(
        fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.nat(), async (axes, seed) => {
          const shape = axes.map(({ size }) => size);
          const gShape = axes.map(({ size, begin, end }) => size + begin + end);
          const g = randomTensor(gShape, seeded(seed));
          const [dx] = await runTraining({
            type: 'PadGradient',
            inputs: [g],
            outputs: [shape],
            attributes: { begins: axes.map(({ begin }) => begin), mode },
          });
          const expected = gathered(shape, gShape, g.data, (output) => {
            const from = output.map((o, i) => {
              const { size, begin, end } = axes[i]!;
              const [low, high] = crop(size, begin, end);
              const inside = source(o - Math.max(0, begin), high - low);
              return inside === undefined ? undefined : low + inside;
            });
            return from.every((index) => index !== undefined) ? from : undefined;
          });
          assert.ok(relativeError(dx!, expected) < 1e-6);
        }),
        { numRuns: 150 },
      );
    });
  }
});
