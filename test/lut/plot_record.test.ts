import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plotRecord } from '../../src/lut/plot_record.js';
import { tabulate } from '../../src/multiplier/create.js';

test('a record holds all that is drawn, of one multiplier', () => {
  const multiplier = tabulate('t', 'int8', 'uint8', 3, (a, w) => a * w + (w === 7 ? a : 0));
  const record = plotRecord(multiplier);
  assert.equal(record.multiplier, multiplier);
  assert.deepEqual([record.firstActivation, record.firstWeight], [-4, 0]);
  assert.equal(record.errors[7], -4);
  assert.equal(record.metrics.wce, 4);
  assert.deepEqual(record.scale, { limit: 4, beyond: 0 });
  assert.equal(record.histogram.exact, 57);
  assert.equal(
    record.density.pairs.reduce((a, b) => a + b, 0),
    64,
  );
  // Axes are not mixed up: only the last weight has errors, and only activation 0 has none.
  assert.deepEqual([...record.byWeight.meanAbsolute], [0, 0, 0, 0, 0, 0, 0, 2]);
  assert.deepEqual(
    [...record.byActivation.mean],
    [-4, -3, -2, -1, 0, 1, 2, 3].map((error) => error / 8),
  );
});
