import type { Product } from './family.js';

/**
 * A signed multiplier around an unsigned one: the magnitudes are multiplied, and the result is negated where one operand
 * is below 0 and the other is not. The magnitudes of int8 operands of b bits are 0…2^(b−1), of uint8 ones 0…2^b − 1.
 */
export function signMagnitude(unsigned: Product): Product {
  return (a, w) => {
    const magnitude = unsigned(Math.abs(a), Math.abs(w));
    return a < 0 !== w < 0 ? -magnitude : magnitude;
  };
}
