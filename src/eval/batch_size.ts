import { OutOfDeviceMemory } from '../engine/create_plan.js';
import { CPU, type Device, deviceName, type EngineOptions } from '../engine/device.js';
import type { QMethod } from '../quant/qparams.js';
import { defaults } from './defaults.js';
import type { Model } from './model.js';

/** Samples that fill a GPU with small images; a power of two. */
const MOST_ON_CUDA = 512;

/** Bytes of a batch's input, at most: the host keeps several of them. */
const MOST_INPUT_BYTES = 2 ** 26;

/**
 * How many samples to run at a time where nobody says it.
 * @param sizes of the input's dynamic dimensions other than the batch, by their index
 */
export function usualBatch(
  { graph }: Model,
  sizes: Readonly<Record<number, number>>,
  qmethod: QMethod,
  { kind }: Device = CPU,
): number {
  // Results are to depend on no device.
  if (kind === 'cpu' || hasRangesOfBatches(qmethod)) return defaults.batch;
  const { shape = [] } = graph.inputs[0] ?? {};
  const sizeOf = (dimension: unknown, axis: number) =>
    typeof dimension === 'number' ? dimension : (sizes[axis] ?? 1);
  const values = shape.reduce<number>(
    (product, dimension, axis) => product * (axis === 0 ? 1 : sizeOf(dimension, axis)),
    1,
  );
  let batch = MOST_ON_CUDA;
  while (batch > defaults.batch && batch * values * 4 > MOST_INPUT_BYTES) batch /= 2;
  return batch;
}

/** Whether results depend on the size of the batches. */
export function hasRangesOfBatches({ mode, activation }: QMethod): boolean {
  return mode === 'dynamic' && activation === 'tensor';
}

/**
 * Does work on a device that may have too little memory for it, with ever smaller batches until it fits.
 * @param work has done nothing that lasts when it throws OutOfDeviceMemory
 * @throws UserError where not even single samples fit
 */
export async function inFittingBatches<Result>(
  first: number,
  { device = CPU }: Pick<EngineOptions, 'device'>,
  say: (message: string) => void,
  work: (batch: number) => Promise<Result>,
): Promise<Result> {
  for (let batch = first; ; batch = Math.floor(batch / 2)) {
    try {
      return await work(batch);
    } catch (error) {
      if (!(error instanceof OutOfDeviceMemory)) throw error;
      if (batch === 1) throw error.advising(', not even one of a single sample; use --device cpu');
      say(`batch ${batch} does not fit on ${deviceName(device)}, using ${Math.floor(batch / 2)}`);
    }
  }
}
