/** Seeded numbers that are the same on every machine. Part of the slow reference. */
import { floats, type Tensor } from './tensor.js';

/** A generator of uniform 32-bit integers: mulberry32 (T. Ettinger, public domain), state advanced by 0x6d2b79f5. */
export function randomIntegers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Float32 values uniform in [low, high), row-major in the order drawn. */
export function randomTensor(seed: number, dims: readonly number[], low: number, high: number): Tensor {
  const next = randomIntegers(seed);
  const result = floats(dims);
  for (let i = 0; i < result.data.length; i++) result.data[i] = low + (next() / 2 ** 32) * (high - low);
  return result;
}
