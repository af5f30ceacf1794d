import type { Dataset, Preprocess } from './dataset.js';
import { type InputSize, toModelInput } from './model_input.js';

/** Consecutive samples, ready for the model. */
export interface Batch {
  /** Index of the first sample in the dataset. */
  readonly first: number;
  readonly count: number;
  /** float32 [count,C,H,W] or [count,H,W,C]. */
  readonly input: Float32Array;
  readonly labels: Int32Array;
}

export interface BatchOptions {
  /** Samples per batch; the last one may have fewer. */
  readonly batch: number;
  /** At most so many samples, from the first on. */
  readonly limit?: number;
  /** What the model expects of a sample, to be checked. */
  readonly target?: InputSize;
}

/**
 * The dataset in batches, in order. The next batch is read while the caller works on the current one, so that
 * decoding overlaps computing.
 * @throws UserError where a sample cannot be read or does not fit.
 */
export async function* batches(
  dataset: Dataset,
  preprocess: Preprocess,
  options: BatchOptions,
): AsyncGenerator<Batch, void, void> {
  const end = Math.min(dataset.length, options.limit ?? dataset.length);
  const load = async (first: number): Promise<Batch> => {
    const count = Math.min(options.batch, end - first);
    const samples = await dataset.read(first, count, preprocess, preprocess.channels === undefined);
    return { first, count, input: toModelInput(samples, preprocess, options.target), labels: samples.labels };
  };
  let next = end > 0 ? load(0) : undefined;
  try {
    while (next !== undefined) {
      const current: Batch = await next;
      const following = current.first + current.count;
      next = following < end ? load(following) : undefined;
      // Its error is thrown when its turn comes; until then it must not count as unhandled.
      next?.catch(() => undefined);
      yield current;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}
