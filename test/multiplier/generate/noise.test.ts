import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { gaussianNoise } from '../../../src/multiplier/generate/gaussian_noise.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { uniformNoise } from '../../../src/multiplier/generate/uniform_noise.js';
import { Random } from '../../../src/util/random.js';
import { assertFamily, type Model, unsigned8 } from './family_tables.js';

/** Errors by operands, drawn in a loop over the table: activations outside, weights inside, both ascending. */
function drawn(draw: (random: Random, values: Parameters<Model>[0]) => number): Model {
  return (values, bits, types) => {
    const random = new Random(values.seed!);
    const errors = new Map<string, number>();
    const first = (type: string): number => (type === 'int8' ? -(2 ** (bits - 1)) : 0);
    const [a0, w0] = [first(types.activation), first(types.weight)];
    for (let a = a0; a < a0 + 2 ** bits; a++) {
      for (let w = w0; w < w0 + 2 ** bits; w++) errors.set(`${a},${w}`, draw(random, values));
    }
    return (a, w) => a * w + errors.get(`${a},${w}`)!;
  };
}

/** Halves to even by the floating-point unit: below 2^51, adding 1.5·2^52 leaves no bits for a fraction. */
const roundHalvesToEven = (x: number): number => x + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;

test('uniform noise: one draw per pair in the order of the table', () => {
  assertFamily(
    uniformNoise,
    (bits) => [
      { amplitude: 0, seed: 0 },
      { amplitude: 3, seed: 1 },
      ...(bits < 8 ? [{ amplitude: 1e9, seed: Number.MAX_SAFE_INTEGER }] : []),
    ],
    drawn((random, { amplitude }) => random.integer(2 * amplitude! + 1) - amplitude!),
  );
});

test('Gaussian noise: one draw per pair in the order of the table', () => {
  assertFamily(
    gaussianNoise,
    (bits) => [
      { sigma: 0, seed: 0 },
      { sigma: 2.5, seed: 1 },
      // Products of z are multiples of 1/64: some are halves.
      { sigma: 2 ** 26, seed: 2 },
      ...(bits < 8 ? [{ sigma: 1e8, seed: Number.MAX_SAFE_INTEGER }] : []),
    ],
    drawn((random, { sigma }) => roundHalvesToEven(sigma! * random.normal())),
  );
});

test('uniform errors take every value from −amplitude to amplitude about equally often', () => {
  const { table } = unsigned8(uniformNoise, { amplitude: 5, seed: 7 });
  const counts = new Map<number, number>();
  table.forEach((product, at) => {
    const error = product - (at >> 8) * (at & 255);
    counts.set(error, (counts.get(error) ?? 0) + 1);
  });
  assert.deepEqual(
    [...counts.keys()].sort((x, y) => x - y),
    [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5],
  );
  const expected = table.length / 11;
  const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  // 10 degrees of freedom: above 29.6 in one of 1000 tables.
  assert.ok(chiSquared < 29.6, `chi-squared ${chiSquared}`);
});

test('Gaussian errors have mean 0 and the given standard deviation', () => {
  const { bias, variance } = errorMetrics(unsigned8(gaussianNoise, { sigma: 100, seed: 7 }));
  // The standard error of the mean is 100/256.
  assert.ok(Math.abs(bias) < 4 * (100 / 256), `bias ${bias}`);
  assert.ok(Math.abs(Math.sqrt(variance) / 100 - 1) < 0.02, `variance ${variance}`);
});

describe('noise is named by its seed', () => {
  const generate = (family: string, parameters: Record<string, number>) =>
    generateMultiplier(family, {
      activation: 'int8',
      weight: 'int8',
      bits: 8,
      signMagnitude: false,
      parameters,
    });

  test('the same seed gives the same table, another one another', () => {
    const hash = (seed: number) => generate('uniform-noise', { amplitude: 9, seed }).sha256;
    assert.equal(hash(3), hash(3));
    assert.notEqual(hash(3), hash(4));
  });

  test('tables stay the same for ever, and the seed is 1 where none is given', () => {
    assert.equal(
      generate('uniform-noise', { amplitude: 20 }).sha256,
      'a8f0bb41d6273cf7e3c54f91db024221dc7c82de11d9bffbe5319bd40836faa0',
    );
    assert.equal(
      generate('gaussian-noise', { sigma: 12.5 }).sha256,
      '85abc8c5d29fad5151e403d3ae0fe221e9e4df9713a4a75200b374314b1981d9',
    );
    assert.equal(generate('gaussian-noise', { sigma: 12.5 }).name, 'gaussian_noise_sigma12.5_seed1_int8');
  });
});
