import type { Range } from './qparams.js';
import { rangeOf, widenToZero } from './range.js';

/** Bins of a histogram; between half of them and all lie within the observed range. */
export const BINS = 4096;
/** Exponent of the narrowest bin: the spacing of the smallest float32 values. */
const SMALLEST_EXPONENT = -149;

/**
 * Histogram of a stream of float32 values. Bin i holds the values in [i·w, (i+1)·w) where the width w is a power
 * of two: the smallest for which the observed range spans at most 4096 bins. When the range grows, w doubles and
 * neighbouring bins merge, which is exact. Hence the histogram depends on the values alone, not on their order
 * nor on how they came in batches. Exact zeros are counted apart: every quantization represents them exactly.
 */
export class Histogram {
  readonly #name: string;
  #counts = new Float64Array(BINS);
  #exponent = SMALLEST_EXPONENT;
  /** Bin of counts[0]. */
  #first = 0;
  #zeros = 0;
  #range: Range = { min: 0, max: 0 };

  /** @param name of the tensor, for errors. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Adds values. Throws a UserError that names the tensor where one is NaN or infinite; then nothing is added. */
  observe(values: Float32Array): void {
    const { min, max } = rangeOf(values, this.#name);
    this.#grow(widenToZero(Math.min(min, this.#range.min), Math.max(max, this.#range.max)));
    const first = this.#first;
    const inverse = 2 ** -this.#exponent;
    // Integer counts of this batch alone: faster than float64 ones, and they cannot overflow.
    const batch = new Uint32Array(BINS);
    let zeros = 0;
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      // Exact: a product with a power of two, within ±4096. `| 0` tells the compiler that it is an int32.
      batch[(Math.floor(x * inverse) | 0) - first]!++;
      zeros += x === 0 ? 1 : 0;
    }
    batch[-first]! -= zeros;
    for (let i = 0; i < BINS; i++) this.#counts[i]! += batch[i]!;
    this.#zeros += zeros;
  }

  #grow(range: Range): void {
    const bin = (x: number, exponent: number): number => Math.floor(x * 2 ** -exponent);
    let exponent = this.#exponent;
    while (bin(range.max, exponent) - bin(range.min, exponent) >= BINS) exponent++;
    const first = bin(range.min, exponent);
    if (exponent !== this.#exponent || first !== this.#first) {
      const counts = new Float64Array(BINS);
      const merged = 2 ** (exponent - this.#exponent);
      for (let i = 0; i < BINS; i++) {
        if (this.#counts[i] !== 0)
          counts[Math.floor((i + this.#first) / merged) - first]! += this.#counts[i]!;
      }
      this.#counts = counts;
      this.#exponent = exponent;
      this.#first = first;
    }
    this.#range = range;
  }

  /** Exact range of the values, widened to contain 0. */
  get range(): Range {
    return this.#range;
  }

  /** Width of a bin. */
  get width(): number {
    return 2 ** this.#exponent;
  }

  /** Number of exact zeros, which are in no bin. */
  get zeros(): number {
    return this.#zeros;
  }

  /** Number of values in [i·width, (i+1)·width), zeros not counted, for i = first … first + counts.length − 1. */
  get bins(): { readonly first: number; readonly counts: Float64Array } {
    return { first: this.#first, counts: this.#counts };
  }

  /** Counts of magnitudes: entry i counts the nonzero values with |x| in bin i. */
  magnitudes(): Float64Array {
    const { first, counts } = this.bins;
    const last = first + counts.length - 1;
    const folded = new Float64Array(Math.max(-first, last + 1));
    counts.forEach((count, i) => {
      const bin = first + i;
      folded[bin < 0 ? -bin - 1 : bin]! += count;
    });
    // The window of bins reaches beyond the range.
    let length = folded.length;
    while (length > 0 && folded[length - 1] === 0) length--;
    return folded.subarray(0, length);
  }
}
