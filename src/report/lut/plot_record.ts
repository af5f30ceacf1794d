import type { ErrorDensity } from '../../multiplier/analysis/error_density.js';
import type { ErrorHistogram } from '../../multiplier/analysis/error_histogram.js';
import type { ErrorProfile } from '../../multiplier/analysis/error_profile.js';
import type { ErrorScale } from '../../multiplier/analysis/error_scale.js';
import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import type { Multiplier } from '../../multiplier/multiplier.js';

/** What `approxtorch lut plot` draws of a multiplier. */
export interface LutPlotRecord {
  readonly multiplier: Multiplier;
  /** Least operand of either axis. */
  readonly firstActivation: number;
  readonly firstWeight: number;
  readonly metrics: ErrorMetrics;
  /** Signed errors in units of the product, in the layout of the table. */
  readonly errors: Float64Array;
  /** Where the colours for errors end. */
  readonly scale: ErrorScale;
  readonly histogram: ErrorHistogram;
  readonly density: ErrorDensity;
  readonly byActivation: ErrorProfile;
  readonly byWeight: ErrorProfile;
}
