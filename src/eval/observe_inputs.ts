import { availableParallelism } from 'node:os';
import type { EngineOptions } from '../engine/device.js';
import { Network } from '../engine/network.js';
import { abortable, untilAborted } from '../util/abort.js';
import type { ApproximateModel } from './approximate.js';
import { fillBatch } from './input_batch.js';
import { partsOf, withObservableBatch } from './observed_batch.js';

/** Samples ready for the model, e.g. from `batches`. */
export type InputBatches = AsyncIterable<{ readonly input: Float32Array; readonly count: number }>;

/** Takes in the values of one tensor, batch after batch. */
export interface ValueObserver {
  observe(values: Float32Array): void;
}

export interface ObserveOptions extends Partial<EngineOptions> {
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
}

/**
 * Shows values of the float32 network, say the inputs of approximate layers, to their observers.
 * @param observers by the name of the value
 * @throws InterruptedError when the signal is aborted
 */
export async function observeInputs(
  model: ApproximateModel,
  samples: InputBatches,
  observers: ReadonlyMap<string, ValueObserver>,
  { threads = availableParallelism(), device, signal, onProgress }: ObserveOptions = {},
): Promise<void> {
  const { bound } = await withObservableBatch(model, [...observers.keys()], 1);
  const observe = [...observers.keys()].filter((name) => name !== bound.input.name);
  const network = await Network.create(bound.graph, { observe, threads, device });
  const stop = () => network.cancel();
  signal?.addEventListener('abort', stop);
  try {
    let done = 0;
    for await (const batch of untilAborted(samples, signal)) {
      for (const { input, count } of partsOf(batch.input, batch.count, bound.batch)) {
        const full = fillBatch(input, count, bound.batch);
        const values = await abortable(network.run(new Map([[bound.input.name, full]])), signal);
        for (const [name, observer] of observers) {
          const value = name === bound.input.name ? full : (values.get(name) as Float32Array);
          observer.observe(value.subarray(0, (value.length / bound.batch) * count));
        }
        done += count;
        onProgress?.(done);
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!signal?.aborted) await network.release();
  }
}
