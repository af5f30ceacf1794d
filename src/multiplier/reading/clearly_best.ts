/** A way to understand a table is taken for granted where it is at least this similar to the exact product, … */
const MIN_CORRELATION = 0.75;
/** Sixteen numbers, those of 2-bit operands, resemble a product by chance. */
const MIN_CORRELATION_OF_2_BITS = 0.9;
/** … and ahead of the next one by this much. Exact tables are ahead by 0.24 or more. */
const MIN_LEAD = 0.1;

/** The one that stands out, if one does. @param ranked best first */
export function clearlyBest<T extends { readonly correlation: number }>(
  [best, second]: readonly T[],
  bits: number,
): T | undefined {
  const least = bits === 2 ? MIN_CORRELATION_OF_2_BITS : MIN_CORRELATION;
  if (best === undefined || best.correlation < least) return undefined;
  return second === undefined || best.correlation - second.correlation >= MIN_LEAD ? best : undefined;
}
