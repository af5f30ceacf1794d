import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { mapConcurrently } from '../../src/data/concurrent.js';

test('mapConcurrently keeps the order and the limit', async () => {
  let underWay = 0;
  let most = 0;
  const results = await mapConcurrently(10, 3, async (i) => {
    most = Math.max(most, ++underWay);
    await setTimeout(i % 3);
    underWay--;
    return i * i;
  });
  assert.deepEqual(results, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
  assert.equal(most, 3);
  assert.deepEqual(await mapConcurrently(0, 3, async () => 1), []);
});

test('mapConcurrently stops after a failure and waits for what is under way', async () => {
  let started = 0;
  let ended = 0;
  const run = mapConcurrently(100, 4, async (i) => {
    started++;
    await setTimeout(2);
    ended++;
    if (i === 1) throw new Error('one');
  });
  await assert.rejects(run, /one/);
  assert.equal(started, ended);
  assert.ok(started <= 8, `${started}`);
});
