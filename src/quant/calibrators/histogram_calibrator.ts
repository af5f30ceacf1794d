import { Histogram } from '../histogram.js';
import type { Range } from '../qparams.js';
import type { Calibrator, CalibratorOptions } from './calibrator.js';

/** A calibrator that chooses the range from a histogram of all values. */
export abstract class HistogramCalibrator implements Calibrator {
  protected readonly histogram: Histogram;
  protected readonly options: CalibratorOptions;

  constructor(options: CalibratorOptions) {
    this.histogram = new Histogram(options.name);
    this.options = options;
  }

  observe(values: Float32Array): void {
    this.histogram.observe(values);
  }

  abstract range(): Range;
}
