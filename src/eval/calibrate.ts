import { availableParallelism } from 'node:os';
import { Network } from '../engine/network.js';
import { type CalibratorKind, createCalibrator } from '../quant/calibrators/create.js';
import type { ApproximateModel } from './approximate.js';
import { defaults } from './defaults.js';
import { fillBatch } from './input_batch.js';

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
  const { bound, assignments, multipliers, quantization } = model;
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
  const observe = [...calibrators.keys()].filter((name) => name !== bound.input.name);
  const threads = options.threads ?? availableParallelism();
  const network = await Network.create(bound.graph, { observe, threads });
  const stop = () => network.cancel();
  options.signal?.addEventListener('abort', stop);
  try {
    let done = 0;
    for await (const { input, count } of samples) {
      const full = fillBatch(input, count, bound.batch);
      const values = await network.run(new Map([[bound.input.name, full]]));
      for (const [name, calibrator] of calibrators) {
        const value = name === bound.input.name ? full : (values.get(name) as Float32Array);
        calibrator.observe(value.subarray(0, (value.length / bound.batch) * count));
      }
      done += count;
      options.onProgress?.(done);
    }
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await network.release();
  }
  return {
    ...model,
    ranges: new Map([...calibrators].map(([name, calibrator]) => [name, calibrator.range()])),
  };
}
