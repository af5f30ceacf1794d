import { Network } from '../engine/network.js';
import type { OperandType } from '../multiplier/multiplier.js';
import { type CalibratorKind, createCalibrator } from '../quant/calibrators/create.js';
import type { Range } from '../quant/qparams.js';
import type { LayerAssignment } from './assignment.js';
import { fillBatch } from './input_batch.js';
import type { BoundModel } from './model.js';

/** Samples ready for the model, e.g. from `batches`. */
export type InputBatches = AsyncIterable<{ readonly input: Float32Array; readonly count: number }>;

export interface CalibrateOptions {
  readonly calibrator: CalibratorKind;
  readonly activationBits: number;
  /** Activation type of each LUT slot. */
  readonly activations: readonly OperandType[];
  readonly threads: number;
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
}

/**
 * Ranges of the inputs of all approximate layers, as the float32 network produces them.
 * @returns by value name
 */
export async function calibrate(
  bound: BoundModel,
  assignments: readonly LayerAssignment[],
  samples: InputBatches,
  options: CalibrateOptions,
): Promise<Map<string, Range>> {
  const { calibrator: kind, activationBits: bits } = options;
  const calibrators = new Map(
    assignments.flatMap(({ layer, slot }) => {
      if (slot === null) return [];
      const name = layer.input;
      return [[name, createCalibrator(kind, { type: options.activations[slot], bits, name })] as const];
    }),
  );
  const observe = [...calibrators.keys()].filter((name) => name !== bound.input.name);
  const network = await Network.create(bound.graph, { observe, threads: options.threads });
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
  return new Map([...calibrators].map(([name, calibrator]) => [name, calibrator.range()]));
}
