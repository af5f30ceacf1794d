import { Random } from '../../util/random.js';
import { firstOperand } from '../multiplier.js';
import type { OperandTypes, Parameter, Product } from './family.js';

/** The parameter that selects the errors. */
export const SEED: Parameter = {
  name: 'seed',
  symbol: 'seed',
  about: 'seed of the errors; the same one gives the same table on every machine',
  kind: 'integer',
  least: 0,
  most: () => Number.MAX_SAFE_INTEGER,
  default: 1,
};

/** The source that both families of noise name. */
export const NOISE_SOURCE = 'a model of error and no circuit: what a network bears at a given size of error';

/**
 * The exact product plus an error per pair of operands. Errors are drawn once for all pairs, in the order of the table:
 * row by row, row = activation, column = weight, both ascending.
 * @param draw the next error, an integer.
 */
export function noisy(
  seed: number,
  bits: number,
  { activation, weight }: OperandTypes,
  draw: (random: Random) => number,
): Product {
  const random = new Random(seed);
  const size = 2 ** bits;
  const errors = Array.from({ length: size * size }, () => draw(random));
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  return (a, w) => a * w + errors[(a - a0) * size + (w - w0)]!;
}
