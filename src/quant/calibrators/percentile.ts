import { Histogram } from '../histogram.js';
import type { Range } from '../qparams.js';
import { type Calibrator, type CalibratorOptions, clipRange } from './calibrator.js';

/** Share of the values that the range keeps, in percent. */
const PERCENTILE = 99.99;

/**
 * The range that keeps 99.99 % of the values, to the width of a histogram bin. For int8 (symmetric) the largest
 * magnitudes are cut off, for uint8 half of the rest at either end.
 */
export class PercentileCalibrator implements Calibrator {
  readonly #histogram: Histogram;
  readonly #symmetric: boolean;

  constructor({ name, type }: CalibratorOptions) {
    this.#histogram = new Histogram(name);
    this.#symmetric = type === 'int8';
  }

  observe(values: Float32Array): void {
    this.#histogram.observe(values);
  }

  range(): Range {
    const { range, width, zeros } = this.#histogram;
    const { first, counts } = this.#histogram.bins;
    const total = counts.reduce((sum, count) => sum + count, zeros);
    const cut = total * (1 - PERCENTILE / 100);
    if (this.#symmetric) {
      const magnitudes = this.#histogram.magnitudes();
      return clipRange(range, width * (magnitudes.length - tailBins(magnitudes.toReversed(), cut)));
    }
    return {
      min: Math.min(Math.max(range.min, (first + tailBins(counts, cut / 2)) * width), 0),
      max: Math.max(
        Math.min(range.max, (first + counts.length - tailBins(counts.toReversed(), cut / 2)) * width),
        0,
      ),
    };
  }
}

/** How many bins at the start hold no more than `cut` values together. */
function tailBins(counts: Float64Array, cut: number): number {
  let sum = 0;
  const kept = counts.findIndex((count) => {
    sum += count;
    return sum > cut;
  });
  return kept < 0 ? counts.length : kept;
}
