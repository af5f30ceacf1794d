import { describe, test } from 'node:test';
import { assertLikeOnnx, randomTensor, seeded } from '../support/native_op.js';
import { i64 } from '../support/onnx_builder.js';
import { fc } from '../support/property.js';

const dimension = fc.integer({ min: 1, max: 7 });
const shapes = fc.array(dimension, { minLength: 1, maxLength: 5 });

test('Concat equals onnxruntime', async () => {
  const parts = fc.array(dimension, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shapes, fc.nat(4), parts, fc.nat(), async (shape, index, sizes, seed) => {
      const random = seeded(seed);
      const axis = index % shape.length;
      await assertLikeOnnx(
        {
          type: 'Concat',
          inputs: sizes.map((size) => randomTensor(shape.with(axis, size), random)),
          outputShape: shape.with(
            axis,
            sizes.reduce((a, b) => a + b),
          ),
          attributes: { axis },
        },
        { op: 'Concat', attributes: { axis } },
      );
    }),
    { numRuns: 50 },
  );
});

test('Slice equals onnxruntime', async () => {
  const axes = fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 9 }),
      start: fc.nat(8),
      step: fc.constantFrom(1, 1, 2, 3, -1, -2),
      count: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(axes, fc.nat(), async (wanted, seed) => {
      const cut = wanted.map(({ size, start: from, step, count }) => {
        const start = from % size;
        const most = step > 0 ? Math.ceil((size - start) / step) : Math.floor(start / -step) + 1;
        return { size, start, step, count: Math.min(count, most) };
      });
      // The end of a walk down to index 0 is written as a number far below.
      const ends = cut.map(({ start, step, count }) => {
        const end = start + count * step;
        return end < 0 ? -1000 : end;
      });
      await assertLikeOnnx(
        {
          type: 'Slice',
          inputs: [
            randomTensor(
              cut.map((axis) => axis.size),
              seeded(seed),
            ),
          ],
          outputShape: cut.map((axis) => axis.count),
          attributes: { starts: cut.map((axis) => axis.start), steps: cut.map((axis) => axis.step) },
        },
        {
          op: 'Slice',
          extraInputs: [
            i64(cut.map((axis) => axis.start)),
            i64(ends),
            i64(cut.map((_, i) => i)),
            i64(cut.map((axis) => axis.step)),
          ],
        },
      );
    }),
    { numRuns: 100 },
  );
});

describe('Transpose equals onnxruntime', () => {
  const check = async (shape: readonly number[], perm: readonly number[], seed: number) => {
    await assertLikeOnnx(
      {
        type: 'Transpose',
        inputs: [randomTensor(shape, seeded(seed))],
        outputShape: perm.map((axis) => shape[axis]!),
        attributes: { perm },
      },
      { op: 'Transpose', attributes: { perm } },
    );
  };
  test('over generated shapes', async () => {
    const permuted = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(permuted, fc.nat(), ([shape, perm], seed) => check(shape, perm, seed)),
      { numRuns: 100 },
    );
  });
  test('of images between layouts', async () => {
    await check([2, 37, 41, 3], [0, 3, 1, 2], 1);
    await check([2, 33, 70, 65], [0, 2, 3, 1], 2);
    await check([100, 90], [1, 0], 3);
    await check([3, 40, 5, 9], [2, 3, 0, 1], 4);
    await check([1, 1], [1, 0], 5);
    await check([2, 8, 33, 3], [0, 2, 1, 3], 6);
  });
});

describe('Pad equals onnxruntime', () => {
  for (const mode of ['constant', 'reflect', 'edge']) {
    test(mode, async () => {
      const axes = fc.array(
        fc.record({
          size: fc.integer({ min: 1, max: 6 }),
          begin: fc.integer({ min: -2, max: 5 }),
          end: fc.integer({ min: -2, max: 5 }),
        }),
        { minLength: 1, maxLength: 4 },
      );
      await fc.assert(
        fc.asyncProperty(axes, fc.nat(), async (wanted, seed) => {
          const padded = wanted.map(({ size, begin, end }) => {
            const kept = size + Math.min(begin, 0) + Math.min(end, 0);
            if (kept < 1) return { size, begin: 0, end: 0 };
            const most = mode === 'reflect' ? kept - 1 : Infinity;
            return { size, begin: Math.min(begin, most), end: Math.min(end, most) };
          });
          const begins = padded.map((axis) => axis.begin);
          await assertLikeOnnx(
            {
              type: 'Pad',
              inputs: [
                randomTensor(
                  padded.map((axis) => axis.size),
                  seeded(seed),
                ),
              ],
              outputShape: padded.map(({ size, begin, end }) => size + begin + end),
              attributes: { begins, mode, value: 0 },
            },
            {
              op: 'Pad',
              attributes: { mode },
              extraInputs: [i64([...begins, ...padded.map((axis) => axis.end)])],
            },
          );
        }),
        { numRuns: 60 },
      );
    });
  }
});

describe('reductions equal onnxruntime', () => {
  for (const type of ['ReduceMean', 'ReduceSum']) {
    test(type, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, fc.nat(31), fc.boolean(), fc.nat(), async (shape, mask, keep, seed) => {
          const axes = shape.flatMap((_, i) => (mask & (1 << i) ? [i] : []));
          fc.pre(axes.length > 0);
          const outputShape = shape.flatMap((size, i) => {
            if (!axes.includes(i)) return [size];
            return keep ? [1] : [];
          });
          const keepdims = keep ? 1 : 0;
          await assertLikeOnnx(
            { type, inputs: [randomTensor(shape, seeded(seed), 0, 1)], outputShape, attributes: { axes } },
            type === 'ReduceMean'
              ? { op: type, attributes: { axes, keepdims } }
              : { op: type, attributes: { keepdims }, extraInputs: [i64(axes)] },
          );
        }),
        { numRuns: 100 },
      );
    });
    test(`${type} of long rows`, async () => {
      const [shape, axes] = [
        [2, 3, 9001],
        [0, 2],
      ];
      await assertLikeOnnx(
        { type, inputs: [randomTensor(shape, seeded(1), 0, 1)], outputShape: [3], attributes: { axes } },
        type === 'ReduceMean'
          ? { op: type, attributes: { axes, keepdims: 0 } }
          : { op: type, attributes: { keepdims: 0 }, extraInputs: [i64(axes)] },
      );
    });
  }
});
