import type { Range } from '../qparams.js';
import { rangeOf } from '../range.js';
import type { Calibrator, CalibratorOptions } from './calibrator.js';

/** The exact range of the values: nothing is clipped. */
export class MinMaxCalibrator implements Calibrator {
  readonly #name: string;
  #range: Range = { min: 0, max: 0 };

  constructor({ name }: CalibratorOptions) {
    this.#name = name;
  }

  observe(values: Float32Array): void {
    const { min, max } = rangeOf(values, this.#name);
    this.#range = { min: Math.min(min, this.#range.min), max: Math.max(max, this.#range.max) };
  }

  range(): Range {
    return this.#range;
  }
}
