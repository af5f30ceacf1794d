import { test } from 'node:test';
import { exact } from '../../../src/multiplier/generate/exact.js';
import { assertFamily } from './family_tables.js';

test('exact: a difference of quarter squares', () => {
  assertFamily(
    exact,
    () => [{}],
    () => (a, w) => ((a + w) ** 2 - (a - w) ** 2) / 4,
  );
});
