import type { Family } from './family.js';
import { NOISE_SOURCE, noisy, SEED } from './noise.js';

/**
 * T(a, w) = a·w + e(a, w), with errors that are integers from −amplitude to amplitude, all equally likely and
 * independent, drawn by `Random.integer` from the seed (see `noisy` for the order). Any product is an int32.
 */
export const uniformNoise: Family = {
  name: 'uniform-noise',
  about: 'exact products plus uniform random errors',
  source: NOISE_SOURCE,
  parameters: [
    {
      name: 'amplitude',
      symbol: 'amplitude',
      about: 'largest absolute error',
      kind: 'integer',
      least: 0,
      most: () => 1e9,
    },
    SEED,
  ],
  operands: 'any',
  product: ({ amplitude, seed }, bits, types) =>
    noisy(seed, bits, types, (random) => random.integer(2 * amplitude + 1) - amplitude),
};
