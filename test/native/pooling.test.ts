import { describe, test } from 'node:test';
import { assertLikeOnnx, randomTensor, seeded } from '../support/native_op.js';
import { fc } from '../support/property.js';

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

const cases = fc
  .record({
    planes: pair(1, 3),
    size: pair(1, 20),
    kernel: pair(1, 4),
    strides: pair(1, 3),
    dilations: pair(1, 2),
    begin: pair(0, 3),
    end: pair(0, 3),
    ceil: fc.boolean(),
    seed: fc.nat(),
  })
  .map((c) => ({
    ...c,
    // A padding as large as the kernel is not allowed.
    pads: [c.begin, c.end].flatMap((pads) => pads.map((pad, i) => Math.min(pad, c.kernel[i]! - 1))),
  }));

type PoolCase = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Output sizes as onnxruntime computes them: a last window that begins in the end padding is left out. */
function outputShape(c: PoolCase, dilations: readonly number[]): number[] | undefined {
  const sizes = c.size.map((size, i) => {
    const room = size + c.pads[i]! + c.pads[i + 2]! - dilations[i]! * (c.kernel[i]! - 1) - 1;
    if (room < 0) return 0;
    const count = (c.ceil ? Math.ceil : Math.floor)(room / c.strides[i]!) + 1;
    return c.ceil && (count - 1) * c.strides[i]! >= size + c.pads[i]! ? count - 1 : count;
  });
  return sizes.includes(0) ? undefined : [...c.planes, ...sizes];
}

describe('pooling equals onnxruntime', () => {
  test('MaxPool', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const shape = outputShape(c, c.dilations);
        fc.pre(shape !== undefined);
        const { kernel, strides, pads, dilations } = c;
        await assertLikeOnnx(
          {
            type: 'MaxPool',
            inputs: [randomTensor([...c.planes, ...c.size], seeded(c.seed))],
            outputShape: shape,
            attributes: { kernel, strides, pads, dilations },
          },
          {
            op: 'MaxPool',
            attributes: { kernel_shape: kernel, strides, pads, dilations, ceil_mode: c.ceil ? 1 : 0 },
          },
        );
      }),
      { numRuns: 120 },
    );
  });
  for (const countIncludePad of [0, 1]) {
    test(`AveragePool, countIncludePad ${countIncludePad}`, async () => {
      await fc.assert(
        fc.asyncProperty(cases, async (c) => {
          const shape = outputShape(c, c.dilations);
          fc.pre(shape !== undefined);
          const { kernel, strides, pads, dilations } = c;
          await assertLikeOnnx(
            {
              type: 'AveragePool',
              inputs: [randomTensor([...c.planes, ...c.size], seeded(c.seed), 0.5, 1)],
              outputShape: shape,
              attributes: { kernel, strides, pads, dilations, countIncludePad },
            },
            {
              op: 'AveragePool',
              opset: 19,
              attributes: {
                kernel_shape: kernel,
                strides,
                pads,
                dilations,
                ceil_mode: c.ceil ? 1 : 0,
                count_include_pad: countIncludePad,
              },
            },
          );
        }),
        { numRuns: 120 },
      );
    });
  }
  for (const type of ['GlobalAveragePool', 'GlobalMaxPool']) {
    test(type, async () => {
      const shapes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(shapes, fc.nat(), async (shape, seed) => {
          const [n, c, ...rest] = shape as [number, number, ...number[]];
          await assertLikeOnnx(
            { type, inputs: [randomTensor(shape, seeded(seed))], outputShape: [n, c, ...rest.map(() => 1)] },
            { op: type },
          );
        }),
        { numRuns: 40 },
      );
    });
  }
});
