import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../../src/onnx/graph.js';

/** Runs a model as it is (no graph optimizations) in onnxruntime: the oracle of tests. */
export async function runOnnx(
  model: Uint8Array,
  inputs: Readonly<Record<string, Tensor>> = {},
): Promise<
  Readonly<Record<string, { type: string; shape: readonly number[]; data: ArrayLike<number | bigint> }>>
> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = Object.entries(inputs).map(([name, { type, data, shape }]) => {
    return [name, new OrtTensor(type as 'float32', data as Float32Array, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, dims, data }]) => {
      return [name, { type, shape: dims, data: data as unknown as ArrayLike<number | bigint> }];
    }),
  );
}

/** Largest difference of two float results over the largest magnitude of the expected one. */
export function relativeError(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
): number {
  let difference = actual.length === expected.length ? 0 : Infinity;
  let magnitude = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(Number(actual[i]) - Number(expected[i])));
    magnitude = Math.max(magnitude, Math.abs(Number(expected[i])));
  }
  return difference / magnitude;
}
