import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorTable } from '../../../src/multiplier/analysis/error_table.js';
import { tabulate } from '../../../src/multiplier/create.js';
import { analysisCases, pairsOf } from './cases.js';

test('errors are those of every operand pair', () => {
  for (const multiplier of analysisCases()) {
    const expected = pairsOf(multiplier).map(({ error }) => error);
    assert.deepEqual([...errorTable(multiplier)], expected, multiplier.name);
  }
});

test('errors beyond int32 do not wrap around', () => {
  const lowest = tabulate('lowest', 'uint8', 'uint8', 8, () => -(2 ** 31));
  assert.equal(errorTable(lowest).at(-1), -(2 ** 31) - 255 * 255);
});
