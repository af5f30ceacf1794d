import { abortable, untilAborted } from '../util/abort.js';

/**
 * Begins work on items in their order, some of it under way at the same time, and ends it in the same order. While
 * what was begun is computed, the next item is fetched and results are taken in.
 * @param depth works under way, at most
 * @param end takes in a result
 * @throws InterruptedError when the signal is aborted; else nothing is under way any more when an error is thrown
 */
export async function pipeline<Item, Result>(
  items: AsyncIterable<Item>,
  depth: number,
  begin: (item: Item) => Promise<Result>,
  end: (item: Item, result: Result) => void,
  signal?: AbortSignal,
): Promise<void> {
  const underWay: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  try {
    for await (const item of untilAborted(items, signal)) {
      const oldest = underWay.length === depth ? underWay[0] : undefined;
      const done = oldest && (await abortable(oldest.result, signal));
      if (oldest !== undefined) underWay.shift();
      const result = begin(item);
      // Its error is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      underWay.push({ item, result });
      if (oldest !== undefined) end(oldest.item, done as Result);
    }
    for (let oldest = underWay[0]; oldest !== undefined; oldest = underWay[0]) {
      const done = await abortable(oldest.result, signal);
      underWay.shift();
      end(oldest.item, done);
    }
  } catch (error) {
    // Others may use the same networks, which have to be idle. What is aborted has no successor.
    if (!signal?.aborted) await Promise.allSettled(underWay.map(({ result }) => result));
    throw error;
  }
}
