import { availableParallelism } from 'node:os';
import { Network } from '../engine/network.js';
import { type CalibratorKind, createCalibrator } from '../quant/calibrators/create.js';
import type { Range } from '../quant/qparams.js';
import { abortable, hearAbort, untilAborted } from '../util/abort.js';
import type { ApproximateModel } from './approximate.js';
import { defaults } from './defaults.js';
import { fillBatch } from './input_batch.js';
import { partsOf, withObservableBatch } from './observed_batch.js';

/** Samples ready for the model, e.g. from `batches`. */
export type InputBatches = AsyncIterable<{ readonly input: Float32Array; readonly count: number }>;

export interface CalibrateOptions {
  readonly calibrator?: CalibratorKind;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
}

/**
 * Finds the ranges of the inputs of all approximate layers, as the float32 network produces them.
 * @returns the model with these ranges
 * @throws InterruptedError when the signal is aborted
 */
export async function calibrate(
  model: ApproximateModel,
  samples: InputBatches,
  options: CalibrateOptions = {},
): Promise<ApproximateModel> {
  const { assignments, multipliers, quantization } = model;
  const calibrators = new Map(
    assignments.flatMap(({ layer, slot }) => {
      if (slot === null) return [];
      const name = layer.input;
      const { activation: type } = multipliers[slot];
      const calibrator = createCalibrator(options.calibrator ?? defaults.calibrator, {
        type,
        bits: quantization.activationBits,
        name,
      });
      return [[name, calibrator] as const];
    }),
  );
  const { bound } = await withObservableBatch(model, [...calibrators.keys()], 1);
  const observe = [...calibrators.keys()].filter((name) => name !== bound.input.name);
  const { threads = availableParallelism(), signal } = options;
  const network = await Network.create(bound.graph, { observe, threads });
  const stop = () => network.cancel();
  signal?.addEventListener('abort', stop);
  try {
    let done = 0;
    for await (const batch of untilAborted(samples, signal)) {
      for (const { input, count } of partsOf(batch.input, batch.count, bound.batch)) {
        const full = fillBatch(input, count, bound.batch);
        const values = await abortable(network.run(new Map([[bound.input.name, full]])), signal);
        for (const [name, calibrator] of calibrators) {
          const value = name === bound.input.name ? full : (values.get(name) as Float32Array);
          calibrator.observe(value.subarray(0, (value.length / bound.batch) * count));
        }
        done += count;
        options.onProgress?.(done);
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!signal?.aborted) await network.release();
  }
  const ranges = new Map<string, Range>();
  for (const [name, calibrator] of calibrators) {
    await hearAbort(signal);
    ranges.set(name, calibrator.range());
  }
  return { ...model, ranges };
}
