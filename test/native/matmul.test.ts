import { describe, test } from 'node:test';
import { assertLikeOnnx, randomTensor, seeded } from '../support/native_op.js';
import { float } from '../support/onnx_builder.js';
import { fc } from '../support/property.js';

const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 6, 7, 16, 17, 84, 85, 130));

describe('Gemm equals onnxruntime', () => {
  const bias = fc.constantFrom('none', 'scalar', 'row', 'column', 'flat', 'full');
  const flag = fc.constantFrom(0, 1);
  const check = async (
    [m, n, k]: readonly [number, number, number],
    [transA, transB]: readonly [number, number],
    c: string,
    [alpha, beta]: readonly [number, number],
    seed: number,
  ) => {
    const random = seeded(seed);
    const shapes: Record<string, number[]> = {
      scalar: [1],
      row: [1, n],
      column: [m, 1],
      flat: [n],
      full: [m, n],
    };
    await assertLikeOnnx(
      {
        type: 'Gemm',
        inputs: [
          randomTensor(transA ? [k, m] : [m, k], random),
          randomTensor(transB ? [n, k] : [k, n], random),
          c === 'none' ? undefined : randomTensor(shapes[c]!, random),
        ],
        outputShape: [m, n],
        attributes: { transA, transB, alpha, beta, act: 'none' },
      },
      { op: 'Gemm', attributes: { transA, transB, alpha: float(alpha), beta: float(beta) } },
    );
  };
  test('over generated shapes', async () => {
    const factor = fc.constantFrom(1, 0.5, -2);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(size, size, size),
        fc.tuple(flag, flag),
        bias,
        fc.tuple(factor, factor),
        fc.nat(),
        check,
      ),
      { numRuns: 100 },
    );
  });
  test('beyond one block of rows, columns and depth', async () => {
    await check([100, 2100, 500], [0, 1], 'flat', [1, 1], 1);
    await check([200, 70, 900], [1, 0], 'full', [0.5, 2], 2);
  });
});

describe('MatMul equals onnxruntime', () => {
  const check = async (a: number[], b: number[], y: number[], seed: number) => {
    const random = seeded(seed);
    await assertLikeOnnx(
      { type: 'MatMul', inputs: [randomTensor(a, random), randomTensor(b, random)], outputShape: y },
      { op: 'MatMul' },
    );
  };
  test('over generated shapes with broadcast leading dimensions', async () => {
    const lead = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('both', 'a', 'b', 'none')),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(
        lead,
        fc.tuple(size, size, size),
        fc.nat(2),
        fc.nat(),
        async (leading, [m, n, k], cut, seed) => {
          const dimension = (who: string) =>
            leading.map(([d, has]) => (has === 'both' || has === who ? d : 1));
          const a = dimension('a');
          const b = dimension('b');
          const y = a.map((d, i) => Math.max(d, b[i]!));
          // The factor with fewer dimensions: leading ones may be left out.
          const drop = Math.min(
            cut,
            b.findIndex((d) => d !== 1) < 0 ? b.length : b.findIndex((d) => d !== 1),
          );
          await check([...a, m, k], [...b.slice(drop), k, n], [...y, m, n], seed);
        },
      ),
      { numRuns: 60 },
    );
  });
});
