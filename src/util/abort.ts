import { setImmediate as nextTurn } from 'node:timers/promises';
import { InterruptedError } from './errors.js';

/** Between pieces of long computation in JavaScript: lets Ctrl-C be heard. @throws InterruptedError after it */
export async function hearAbort(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted) throw new InterruptedError();
}

/**
 * What `work` gives, or an InterruptedError as soon as the signal is aborted. Work that is under way then is not
 * stopped by this; its result is dropped.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new InterruptedError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The items, until the signal is aborted: then an InterruptedError, also while the next item is awaited. */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  let done = false;
  try {
    while (true) {
      const next = await abortable(iterator.next(), signal);
      if (next.done) {
        done = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // The end is not awaited where the next item is still on its way.
    const end = done ? undefined : iterator.return?.();
    if (signal?.aborted) end?.catch(() => undefined);
    else await end;
  }
}
