import { describe, test } from 'node:test';
import { assertLikeOnnx, randomTensor, seeded, sizeOf } from '../support/native_op.js';
import { float } from '../support/onnx_builder.js';
import { fc } from '../support/property.js';

const shapes = (minLength: number) => fc.array(fc.integer({ min: 1, max: 9 }), { minLength, maxLength: 4 });

test('BatchNormalization equals onnxruntime', async () => {
  await fc.assert(
    fc.asyncProperty(shapes(2), fc.nat(), async (shape, seed) => {
      const random = seeded(seed);
      const vector = (low: number, high: number) => randomTensor([shape[1]!], random, low, high);
      await assertLikeOnnx(
        {
          type: 'BatchNormalization',
          inputs: [randomTensor(shape, random), vector(-1, 1), vector(-1, 1), vector(-1, 1), vector(0, 2)],
          constants: [1, 2, 3, 4],
          outputShape: shape,
          attributes: { epsilon: 0.01 },
        },
        { op: 'BatchNormalization', attributes: { epsilon: float(0.01) } },
      );
    }),
    { numRuns: 40 },
  );
});

test('LRN equals onnxruntime', async () => {
  const size = fc.constantFrom(1, 3, 5, 7); // onnxruntime takes odd sizes only
  const beta = fc.constantFrom(0.75, 0.5, 1.25);
  await fc.assert(
    fc.asyncProperty(shapes(4), size, beta, fc.nat(), async (shape, n, b, seed) => {
      await assertLikeOnnx(
        {
          type: 'LRN',
          inputs: [randomTensor(shape, seeded(seed), -20, 20)],
          outputShape: shape,
          attributes: { size: n, alpha: 0.05, beta: b, bias: 1.5 },
        },
        { op: 'LRN', attributes: { size: n, alpha: float(0.05), beta: float(b), bias: float(1.5) } },
      );
    }),
    { numRuns: 60 },
  );
});

describe('softmax equals onnxruntime', () => {
  for (const type of ['Softmax', 'LogSoftmax']) {
    test(type, async () => {
      await fc.assert(
        fc.asyncProperty(shapes(1), fc.nat(3), fc.nat(), async (shape, index, seed) => {
          const axis = index % shape.length;
          await assertLikeOnnx(
            {
              type,
              inputs: [randomTensor(shape, seeded(seed), -30, 30)],
              outputShape: shape,
              attributes: {
                outer: sizeOf(shape.slice(0, axis)),
                axisSize: shape[axis]!,
                inner: sizeOf(shape.slice(axis + 1)),
              },
            },
            { op: type, attributes: { axis } },
          );
        }),
        { numRuns: 60 },
      );
    });
    test(`${type} of long rows`, async () => {
      await assertLikeOnnx(
        {
          type,
          inputs: [randomTensor([3, 1000], seeded(1), -5, 5)],
          outputShape: [3, 1000],
          attributes: { outer: 3, axisSize: 1000, inner: 1 },
        },
        { op: type, attributes: { axis: 1 } },
      );
    });
  }
});
