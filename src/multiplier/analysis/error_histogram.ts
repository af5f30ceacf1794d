/** Errors from `from` to `to`, both included, all of one sign. */
export interface ErrorBin {
  readonly from: number;
  readonly to: number;
  /** Operand pairs whose error lies in the bin, at least one. */
  readonly pairs: number;
}

/** How often errors of a multiplier occur. */
export interface ErrorHistogram {
  /** All operand pairs, and those whose product is exact; these are in no bin. */
  readonly pairs: number;
  readonly exact: number;
  /** Whole numbers that a bin covers, a power of two: errors of truncated designs are multiples of one. */
  readonly binWidth: number;
  /** Ascending; empty bins are left out. */
  readonly bins: readonly ErrorBin[];
}

/**
 * Histogram of signed errors (see `errorTable`; whole numbers) in bins of the least width with which at most
 * `mostBins` (2 or more) reach from zero to the extremes on both sides. No bin spans zero.
 */
export function errorHistogram(errors: Float64Array, mostBins: number): ErrorHistogram {
  let least = 0;
  let most = 0;
  for (const error of errors) {
    least = Math.min(least, error);
    most = Math.max(most, error);
  }
  let binWidth = 1;
  while (Math.ceil(-least / binWidth) + Math.ceil(most / binWidth) > mostBins) binWidth *= 2;
  const below = new Uint32Array(Math.ceil(-least / binWidth));
  const above = new Uint32Array(Math.ceil(most / binWidth));
  let exact = 0;
  for (const error of errors) {
    if (error === 0) exact++;
    else if (error < 0) below[Math.ceil(-error / binWidth) - 1]!++;
    else above[Math.ceil(error / binWidth) - 1]!++;
  }
  const bins = [
    ...Array.from(below, (pairs, i) => ({
      from: -(i + 1) * binWidth,
      to: -i * binWidth - 1,
      pairs,
    })).reverse(),
    ...Array.from(above, (pairs, i) => ({ from: i * binWidth + 1, to: (i + 1) * binWidth, pairs })),
  ];
  return { pairs: errors.length, exact, binWidth, bins: bins.filter(({ pairs }) => pairs > 0) };
}
