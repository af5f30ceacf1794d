import type { Range } from '../qparams.js';
import { clipRange } from './calibrator.js';
import { HistogramCalibrator } from './histogram_calibrator.js';

/** Share of the values that the range keeps, in percent. */
const PERCENTILE = 99.99;

/**
 * The range that keeps 99.99 % of the values, to the width of a histogram bin. For int8 (symmetric) the largest
 * magnitudes are cut off, for uint8 half of the rest at either end.
 */
export class PercentileCalibrator extends HistogramCalibrator {
  override range(): Range {
    const { range, width, zeros } = this.histogram;
    const { first, counts } = this.histogram.bins;
    const total = counts.reduce((sum, count) => sum + count, zeros);
    const cut = total * (1 - PERCENTILE / 100);
    if (this.options.type === 'int8') {
      const magnitudes = this.histogram.magnitudes();
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
