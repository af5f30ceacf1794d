import { createHash } from 'node:crypto';
import type { LabelledBatch } from '../eval/evaluate.js';
import { untilAborted } from '../util/abort.js';

/** Samples of more bytes are read again for every pass instead of being kept. */
const MOST_KEPT_BYTES = 2 ** 30;

/** Samples ready for a model, to go over any number of times. */
export class Samples {
  /** SHA-256 of all values and labels. */
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
    const hash = createHash('sha256');
    let kept: LabelledBatch[] | undefined = [];
    let bytes = 0;
    let count = 0;
    for await (const batch of untilAborted(open(), signal)) {
      hash.update(bytesOf(batch.input)).update(bytesOf(batch.labels));
      count += batch.count;
      bytes += batch.input.byteLength;
      if (bytes > MOST_KEPT_BYTES) kept = undefined;
      kept?.push(batch);
    }
    return new Samples(hash.digest('hex'), count, open, kept);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LabelledBatch, void, void> {
    yield* this.#kept ?? this.#open();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
