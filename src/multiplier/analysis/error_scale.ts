/** How far a scale for errors should reach so that most of them can be told apart. */
export interface ErrorScale {
  /** Absolute value of the ends; 0 where no value differs from 0. */
  readonly limit: number;
  /** Values whose absolute value is greater than `limit`. */
  readonly beyond: number;
}

/**
 * A scale that reaches to the largest absolute value or, where the 99th percentile (nearest rank) of the nonzero ones is
 * below half of that, to this percentile rounded up to two significant digits: a few outliers must not hide the rest.
 */
export function errorScale(errors: Float64Array): ErrorScale {
  const distances = errors
    .filter((error) => error !== 0)
    .map(Math.abs)
    .sort();
  const largest = distances.at(-1) ?? 0;
  const typical = distances[Math.ceil(0.99 * distances.length) - 1] ?? 0;
  if (2 * typical >= largest) return { limit: largest, beyond: 0 };
  const unit = 10 ** (Math.floor(Math.log10(typical)) - 1);
  const limit = Number((Math.ceil(typical / unit) * unit).toPrecision(2));
  return { limit, beyond: distances.filter((distance) => distance > limit).length };
}
