import { createMultiplier } from '../../src/multiplier/create.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, type OperandPair, operandTypes } from '../../src/multiplier/operand_pair.js';
import { Random } from '../../src/util/random.js';
import { fc } from '../support/property.js';

/** Values of a table that is no product. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'all of int32': [-(2 ** 31), 2 ** 31 - 1],
  'around the limits of int32': [2 ** 31 - 3, 2 ** 31 + 2],
  'signed 16 bits': [-(2 ** 15), 2 ** 15 - 1],
  'unsigned 16 bits': [0, 2 ** 16 - 1],
  'a bit more than 16 bits': [-(2 ** 15) - 2, 2 ** 16 + 1],
  'zero and one': [0, 1],
  'negative ones': [-300, -1],
};

/** A table of random integers of a range; those beyond int32 wrap around. */
export function randomMultiplier(pair: OperandPair, bits: number, range: string, seed: number): Multiplier {
  const { activation, weight } = operandTypes(pair);
  const random = new Random(seed);
  const [least, most] = RANGES[range]!;
  const table = Int32Array.from({ length: 4 ** bits }, () => least + random.integer(most - least + 1));
  return createMultiplier(range, activation, weight, bits, table);
}

/** Random tables of all operand types, of at most so many bits. */
export const randomMultipliers = (mostBits: number) =>
  fc
    .tuple(
      fc.constantFrom(...OPERAND_PAIRS),
      fc.integer({ min: 2, max: mostBits }),
      fc.constantFrom(...Object.keys(RANGES)),
      fc.nat(),
    )
    .map((args) => randomMultiplier(...args));

/** Every way to lay out a file. */
export const fileLayouts = fc.record({
  order: fc.constantFrom('ascending' as const, 'twos-complement' as const),
  transposed: fc.boolean(),
});
