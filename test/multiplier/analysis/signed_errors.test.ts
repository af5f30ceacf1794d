import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedErrors } from '../../../src/multiplier/analysis/signed_errors.js';
import { tabulate } from '../../../src/multiplier/create.js';
import { analysisCases, pairsOf } from './cases.js';

test('errors are those of every operand pair', () => {
  for (const multiplier of analysisCases()) {
    const expected = pairsOf(multiplier).map(({ error }) => error);
    assert.deepEqual([...signedErrors(multiplier)], expected, multiplier.name);
  }
});

test('errors beyond int32 do not wrap around', () => {
  const lowest = tabulate('lowest', 'uint8', 'uint8', 8, () => -(2 ** 31));
  assert.equal(signedErrors(lowest).at(-1), -(2 ** 31) - 255 * 255);
});
