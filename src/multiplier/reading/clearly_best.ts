import { MIN_CORRELATION, MIN_CORRELATION_OF_2_BITS, MIN_LEAD } from './thresholds.js';

/** The one that stands out, if one does. @param ranked best first */
export function clearlyBest<T extends { readonly correlation: number }>(
  [best, second]: readonly T[],
  bits: number,
): T | undefined {
  const least = bits === 2 ? MIN_CORRELATION_OF_2_BITS : MIN_CORRELATION;
  if (best === undefined || best.correlation < least) return undefined;
  return second === undefined || best.correlation - second.correlation >= MIN_LEAD ? best : undefined;
}
