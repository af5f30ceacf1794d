import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorProfiles } from '../../../src/multiplier/analysis/error_profile.js';
import { analysisCases, type Pair, pairsOf } from './cases.js';

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

test('profiles are means over the other operand', () => {
  for (const multiplier of analysisCases()) {
    const pairs = pairsOf(multiplier);
    const profiles = errorProfiles(Float64Array.from(pairs, ({ error }) => error));
    const by = (operand: (pair: Pair) => number) => {
      const groups = new Map<number, number[]>();
      for (const pair of pairs) groups.set(operand(pair), [...(groups.get(operand(pair)) ?? []), pair.error]);
      return [...groups].sort(([a], [b]) => a - b).map(([, errors]) => errors);
    };
    for (const [profile, groups] of [
      [profiles.activation, by(({ a }) => a)],
      [profiles.weight, by(({ w }) => w)],
    ] as const) {
      assert.deepEqual([...profile.mean], groups.map(mean), multiplier.name);
      assert.deepEqual(
        [...profile.meanAbsolute],
        groups.map((errors) => mean(errors.map(Math.abs))),
      );
    }
  }
});
