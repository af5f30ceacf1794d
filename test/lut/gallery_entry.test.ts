import assert from 'node:assert/strict';
import { test } from 'node:test';
import { galleryEntry } from '../../src/lut/gallery_entry.js';
import { exactMultiplier, tabulate } from '../../src/multiplier/create.js';

test('an entry says what the multiplier is and what is known of it', () => {
  const multiplier = tabulate('t', 'int8', 'uint8', 8, (a, w) => a * w + (a >= 124 && w < 4 ? 6 : 0));
  const entry = galleryEntry('t.txt', multiplier, { knownAs: 'mul', rank: 1, power: null });
  assert.deepEqual(
    [entry.file, entry.name, entry.activation, entry.weight, entry.bits, entry.sha256],
    ['t.txt', 't', 'int8', 'uint8', 8, multiplier.sha256],
  );
  assert.deepEqual([entry.knownAs, entry.rank, entry.power], ['mul', 1, null]);
  assert.equal(entry.metrics.wce, 6);
  assert.equal(entry.thumbnail.size, 64);
  assert.deepEqual(
    [...entry.thumbnail.means].flatMap((mean, i) => (mean === 0 ? [] : [[i, mean]])),
    [[63 * 64, 6]],
  );
  assert.deepEqual(entry.thumbnailScale, { limit: 6, beyond: 0 });
});

test('small tables have a thumbnail of their own size', () => {
  const entry = galleryEntry('e.txt', exactMultiplier('int8', 'int8', 3), {
    knownAs: null,
    rank: null,
    power: null,
  });
  assert.equal(entry.thumbnail.size, 8);
  assert.equal(entry.thumbnailScale.limit, 0);
});
