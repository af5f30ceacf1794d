import { errorDensity } from '../multiplier/analysis/error_density.js';
import { errorHistogram } from '../multiplier/analysis/error_histogram.js';
import { errorProfiles } from '../multiplier/analysis/error_profile.js';
import { errorScale } from '../multiplier/analysis/error_scale.js';
import { errorTable } from '../multiplier/analysis/error_table.js';
import { errorMetrics } from '../multiplier/analysis/metrics.js';
import { firstOperand, type Multiplier } from '../multiplier/multiplier.js';
import type { LutPlotRecord } from '../report/lut/plot_record.js';

/** As fine as the panels of the picture show; products of int8 operands span 129 bins of 256. */
const histogramBins = 64;
const densityColumns = 130;
const densityRows = 96;

/** Everything that is drawn of a multiplier. */
export function plotRecord(multiplier: Multiplier): LutPlotRecord {
  const errors = errorTable(multiplier);
  const { activation, weight } = errorProfiles(errors);
  return {
    multiplier,
    firstActivation: firstOperand(multiplier.activation, multiplier.bits),
    firstWeight: firstOperand(multiplier.weight, multiplier.bits),
    metrics: errorMetrics(multiplier),
    errors,
    scale: errorScale(errors),
    histogram: errorHistogram(errors, histogramBins),
    density: errorDensity(multiplier, errors, densityColumns, densityRows),
    byActivation: activation,
    byWeight: weight,
  };
}
