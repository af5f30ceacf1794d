import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortable, hearAbort, untilAborted } from '../../src/util/abort.js';
import { InterruptedError } from '../../src/util/errors.js';

const never = new Promise<never>(() => undefined);

test('abortable work gives its result, or ends with the signal', async () => {
  const controller = new AbortController();
  assert.equal(await abortable(Promise.resolve(1), controller.signal), 1);
  await assert.rejects(abortable(Promise.reject(new RangeError('x')), controller.signal), RangeError);
  const waiting = abortable(never, controller.signal);
  controller.abort();
  await assert.rejects(waiting, InterruptedError);
  await assert.rejects(abortable(Promise.resolve(1), controller.signal), InterruptedError);
  await assert.rejects(hearAbort(controller.signal), InterruptedError);
  await hearAbort(undefined);
});

test('items end with the signal, also while the next one is awaited', async () => {
  const controller = new AbortController();
  async function* items() {
    yield 1;
    yield 2;
    await never;
  }
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const item of untilAborted(items(), controller.signal)) {
      seen.push(item);
      if (item === 2) setImmediate(() => controller.abort());
    }
  }, InterruptedError);
  assert.deepEqual(seen, [1, 2]);
});

test('the source is closed when the reader leaves', async () => {
  let closed = false;
  async function* items() {
    try {
      yield 1;
      yield 2;
    } finally {
      closed = true;
    }
  }
  for await (const _ of untilAborted(items(), undefined)) break;
  assert.equal(closed, true);
});
