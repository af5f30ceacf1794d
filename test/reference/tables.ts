/** Multiplier tables made by rule, so that goldens need no table files. Part of the slow reference. */
import { type Multiplier, type Operand, tabulate } from './multiplier.js';
import { randomIntegers } from './random.js';

/**
 * `uneven`: the product with its two low bits cut off, plus an error of −8…23 that differs for every pair and in
 * both orders of the operands; T(0, 0) = 37. `extreme`: any int32, so that sums need 64 bits.
 */
export function generatedMultiplier(
  kind: 'uneven' | 'extreme',
  activation: Operand,
  weight: Operand,
  bits: number,
  seed: number,
): Multiplier {
  const next = randomIntegers(seed);
  return tabulate(activation, weight, bits, (a, w) => {
    const random = next();
    if (kind === 'extreme') return random | 0;
    return a === 0 && w === 0 ? 37 : Math.floor((a * w) / 4) * 4 + (random % 32) - 8;
  });
}
