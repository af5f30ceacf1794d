/**
 * A signed multiplier around an unsigned one: the magnitudes are multiplied, the sign is the exact one. The
 * magnitudes of int8 operands are 0…128. This is how the unsigned designs below are used on signed operands.
 */
export function signMagnitude(unsigned: (a: number, w: number) => number): (a: number, w: number) => number {
  return (a, w) => {
    const magnitude = unsigned(Math.abs(a), Math.abs(w));
    return a < 0 !== w < 0 ? -magnitude : magnitude;
  };
}
