import { rint } from '../../util/rint.js';
import type { Family } from './family.js';
import { NOISE_SOURCE, noisy, SEED } from './noise.js';

/**
 * T(a, w) = a·w + e(a, w), with independent errors rint(sigma·z), halves to even, where z is drawn by `Random.normal`
 * from the seed (see `noisy` for the order): close to the normal distribution and within ±6. Any product is an int32.
 */
export const gaussianNoise: Family = {
  name: 'gaussian-noise',
  about: 'exact products plus normally distributed random errors',
  source: NOISE_SOURCE,
  parameters: [
    {
      name: 'sigma',
      symbol: 'sigma',
      about: 'standard deviation of the error before it is rounded to an integer',
      kind: 'real',
      least: 0,
      most: () => 1e8,
    },
    SEED,
  ],
  operands: 'any',
  product: ({ sigma, seed }, bits, types) =>
    noisy(seed, bits, types, (random) => rint(sigma * random.normal())),
};
