import { createHash } from 'node:crypto';
import type { LabelledBatch } from '../eval/evaluate.js';
import { untilAborted } from '../util/abort.js';

/** Samples of more bytes are read again for every pass instead of being kept. */
const MOST_KEPT_BYTES = 2 ** 30;

/** Samples ready for a model, to go over any number of times. */
export class Samples {
  /** SHA-256 of all values and labels; the size of the batches does not matter. */
  readonly sha256: string;
  readonly count: number;
  readonly #open: () => AsyncIterable<LabelledBatch>;
  readonly #kept: readonly LabelledBatch[] | undefined;

  private constructor(
    sha256: string,
    count: number,
    open: () => AsyncIterable<LabelledBatch>,
    kept: readonly LabelledBatch[] | undefined,
  ) {
    this.sha256 = sha256;
    this.count = count;
    this.#open = open;
    this.#kept = kept;
  }

  /**
   * Reads all samples once.
   * @param open begins anew
   * @throws UserError where one cannot be read; InterruptedError
   */
  static async load(open: () => AsyncIterable<LabelledBatch>, signal?: AbortSignal): Promise<Samples> {
    const [values, labels] = [createHash('sha256'), createHash('sha256')];
    let kept: LabelledBatch[] | undefined = [];
    let bytes = 0;
    let count = 0;
    for await (const batch of untilAborted(open(), signal)) {
      values.update(bytesOf(batch.input));
      labels.update(bytesOf(batch.labels));
      count += batch.count;
      bytes += batch.input.byteLength;
      if (bytes > MOST_KEPT_BYTES) kept = undefined;
      kept?.push(batch);
    }
    const sha256 = createHash('sha256').update(values.digest()).update(labels.digest()).digest('hex');
    return new Samples(sha256, count, open, kept);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LabelledBatch, void, void> {
    yield* this.#kept ?? this.#open();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
