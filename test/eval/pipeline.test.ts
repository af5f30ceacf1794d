import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pipeline } from '../../src/eval/pipeline.js';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

for (const depth of [1, 2, 5]) {
  test(`at most ${depth} works are under way, and end in their order`, async () => {
    let underWay = 0;
    let most = 0;
    const ended: number[] = [];
    await pipeline(
      numbers(7),
      depth,
      async (i) => {
        most = Math.max(most, ++underWay);
        // Later ones are faster.
        for (let turn = 0; turn < 10 - i; turn++) await nextTurn();
        underWay--;
        return 2 * i;
      },
      (i, result) => {
        assert.equal(result, 2 * i);
        ended.push(i);
      },
    );
    assert.deepEqual(ended, [0, 1, 2, 3, 4, 5, 6]);
    assert.equal(most, depth);
  });
}

test('an error waits for what is under way', async () => {
  let running = 0;
  const failing = pipeline(
    numbers(9),
    3,
    async (i) => {
      running++;
      for (let turn = 0; turn < 5 + i; turn++) await nextTurn();
      running--;
      if (i === 1) throw new Error('second');
    },
    () => undefined,
  );
  await assert.rejects(failing, { message: 'second' });
  assert.equal(running, 0);
});

test('an abort does not', async () => {
  const controller = new AbortController();
  const never = new Promise<void>(() => undefined);
  const running = pipeline(
    numbers(3),
    2,
    () => never,
    () => undefined,
    controller.signal,
  );
  controller.abort();
  await assert.rejects(running, { name: 'InterruptedError' });
});
