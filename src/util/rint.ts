/**
 * Rounds to the nearest integer, halves to even, as IEEE 754 roundToIntegralTiesToEven does (C's rint,
 * ONNX QuantizeLinear). Exact for every double; NaN and ±Infinity stay as they are.
 */
export function rint(x: number): number {
  const floor = Math.floor(x);
  // Exact: below 2^52 the difference of x and its floor is representable, above it is 0.
  const fraction = x - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  if (fraction === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return x;
}
