import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { differences } from '../../../src/multiplier/compare/differences.js';
import { createMultiplier, exactMultiplier } from '../../../src/multiplier/create.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import { Random } from '../../../src/util/random.js';
import { fc } from '../../support/property.js';
import { randomMultiplier, randomMultipliers } from '../random_tables.js';

/** Every entry of both tables by the values of its operands. */
function entriesOf(first: Multiplier, second: Multiplier) {
  const operands = (type: string) => {
    const size = 2 ** first.bits;
    return Array.from({ length: size }, (_, i) => (type === 'int8' ? i - size / 2 : i));
  };
  const weights = operands(first.weight);
  return operands(first.activation).flatMap((activation, i) =>
    weights.map((weight, j) => {
      const at = i * weights.length + j;
      return { activation, weight, first: first.table[at]!, second: second.table[at]! };
    }),
  );
}

const distance = ({ first, second }: { first: number; second: number }): number => Math.abs(first - second);

/** A table with some entries changed, many of them by the same amount. */
function changed(multiplier: Multiplier, share: number, seed: number): Multiplier {
  const random = new Random(seed);
  const table = multiplier.table.map((value) =>
    random.integer(1000) < share ? value + [1, -1, 5, -(2 ** 30)][random.integer(4)]! : value,
  );
  return createMultiplier('changed', multiplier.activation, multiplier.weight, multiplier.bits, table);
}

describe('differences of two tables', () => {
  test('equal a plain count', () => {
    fc.assert(
      fc.property(
        randomMultipliers(5),
        fc.integer({ min: 0, max: 1000 }),
        fc.nat(),
        fc.integer({ min: 0, max: 12 }),
        (first, share, seed, listed) => {
          const second = changed(first, share, seed);
          const found = differences(first, second, listed);
          const entries = entriesOf(first, second);
          const differing = entries.filter((entry) => entry.first !== entry.second);
          assert.equal(found.count, differing.length);
          assert.equal(found.largest, Math.max(0, ...differing.map(distance)));
          assert.ok(
            Math.abs(
              found.meanAbsolute - entries.reduce((sum, entry) => sum + distance(entry), 0) / entries.length,
            ) < 1e-6,
          );
          assert.deepEqual(found.first, differing.slice(0, listed));
          // A stable sort keeps the canonical order of equals.
          assert.deepEqual(
            found.worst,
            differing.toSorted((a, b) => distance(b) - distance(a)).slice(0, listed),
          );

          const half = 2 ** first.bits / 2;
          const isLow = (operand: number, type: string) => operand < (type === 'int8' ? 0 : half);
          const names = (operand: string, type: string) =>
            type === 'int8'
              ? [`${operand} < 0`, `${operand} ≥ 0`]
              : [`${operand} < ${half}`, `${operand} ≥ ${half}`];
          const expected = [true, false].flatMap((lowA, i) =>
            [true, false].map((lowW, j) => {
              const inside = differing.filter(
                ({ activation, weight }) =>
                  isLow(activation, first.activation) === lowA && isLow(weight, first.weight) === lowW,
              );
              return {
                name: `${names('a', first.activation)[i]}, ${names('w', first.weight)[j]}`,
                entries: half * half,
                differing: inside.length,
                largest: Math.max(0, ...inside.map(distance)),
              };
            }),
          );
          assert.deepEqual(found.quadrants, expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('of the extremes are beyond 32 bits', () => {
    const first = randomMultiplier('int8', 2, 'zero and one', 1);
    const extreme = (value: number) =>
      createMultiplier(
        'x',
        'int8',
        'int8',
        2,
        first.table.map(() => value),
      );
    const found = differences(extreme(-(2 ** 31)), extreme(2 ** 31 - 1));
    assert.equal(found.largest, 2 ** 32 - 1);
    assert.equal(found.meanAbsolute, 2 ** 32 - 1);
  });

  test('are listed ten at most unless asked for otherwise', () => {
    const found = differences(
      exactMultiplier('int8', 'int8'),
      randomMultiplier('int8', 8, 'all of int32', 1),
    );
    assert.deepEqual([found.first.length, found.worst.length], [10, 10]);
  });

  test('are none of a table and itself', () => {
    const { count, largest, meanAbsolute, first, worst } = differences(
      exactMultiplier('int8', 'int8'),
      exactMultiplier('int8', 'int8'),
    );
    assert.deepEqual([count, largest, meanAbsolute, first, worst], [0, 0, 0, [], []]);
  });

  test('exist for tables of the same operands only', () => {
    const first = exactMultiplier('int8', 'uint8', 4);
    for (const second of [
      exactMultiplier('uint8', 'int8', 4),
      exactMultiplier('int8', 'int8', 4),
      exactMultiplier('int8', 'uint8', 5),
    ]) {
      assert.throws(() => differences(first, second), RangeError);
    }
  });
});
