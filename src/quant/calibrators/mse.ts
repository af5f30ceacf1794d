import { type QParams, qparamsFromRange, quantizeValue, type Range } from '../qparams.js';
import { clipRange } from './calibrator.js';
import { HistogramCalibrator } from './histogram_calibrator.js';

/** Candidates for each end of the range: multiples of 1/100 of the observed end. */
const STEPS = 100;

/**
 * The range with the least mean squared quantization error x − s·(q(x) − z) over the histogram, found on a grid.
 * For int8 (symmetric) one threshold is searched; for uint8 the upper end, then the lower end, twice over.
 */
export class MseCalibrator extends HistogramCalibrator {
  override range(): Range {
    const { range } = this.histogram;
    if (this.options.type === 'int8') {
      const largest = Math.max(-range.min, range.max);
      return this.#best((share) => clipRange(range, share * largest));
    }
    let best = range;
    for (let round = 0; round < 2; round++) {
      const { min } = best;
      if (range.max > 0) best = this.#best((share) => ({ min, max: share * range.max }));
      const { max } = best;
      if (range.min < 0) best = this.#best((share) => ({ min: share * range.min, max }));
    }
    return best;
  }

  /** The best of the ranges for share = 1, 0.99, …; of equals the widest. */
  #best(candidate: (share: number) => Range): Range {
    let best = candidate(1);
    let least = this.#error(best);
    for (let step = STEPS - 1; step > 0; step--) {
      const range = candidate(step / STEPS);
      const error = this.#error(range);
      if (error < least) {
        best = range;
        least = error;
      }
    }
    return best;
  }

  /** Sum of squared quantization errors, each bin standing for its centre. Zeros have no error. */
  #error(range: Range): number {
    const { type, bits, name } = this.options;
    const qparams: QParams = qparamsFromRange(range, type, bits, { name });
    const { width } = this.histogram;
    const { first, counts } = this.histogram.bins;
    let sum = 0;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      const x = (first + i + 0.5) * width;
      const error = x - qparams.scale * (quantizeValue(x, qparams) - qparams.zeroPoint);
      sum += counts[i]! * error * error;
    }
    return sum;
  }
}
