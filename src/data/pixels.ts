import type { Samples } from './dataset.js';

/** Zeros of the kind of `like`. A Buffer counts as bytes: its constructor is deprecated. */
export function blankPixels(like: Samples['pixels'], length: number): Uint8Array | Float32Array {
  return like instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length);
}
