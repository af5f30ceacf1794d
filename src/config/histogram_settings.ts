import { availableParallelism } from 'node:os';
import type { HistogramRequest } from '../eval/histograms.js';
import { UserError } from '../util/errors.js';
import type { GivenInspect } from './inspect_schema.js';
import { overridesOf } from './overrides.js';

/** Settings that say how to count; the environment may give the number of threads in any case. */
const counting = [
  ...(['data', 'split', 'limit', 'preprocess', 'scale', 'mean', 'std', 'layout', 'resize', 'crop'] as const),
  ...(['types', 'qmethod', 'activation-bits', 'weight-bits', 'calibrator', 'calibrate'] as const),
];

/**
 * What `approxtorch inspect --histograms` is asked for; undefined where it is not.
 * @throws UserError where settings need --histograms, or contradict it.
 */
export function toHistogramRequest(given: GivenInspect, model: string): HistogramRequest | undefined {
  if (given.histograms === undefined) {
    const name = counting.find((setting) => given[setting] !== undefined);
    if (name === undefined) return undefined;
    throw new UserError(`--${name}: goes with --histograms FILE, which receives the counts of operand codes`);
  }
  if (given.qmethod?.mode === 'dynamic') {
    throw new UserError(
      '--qmethod: histograms count the codes of calibrated ranges; say static,tensor,tensor or static,tensor,channel',
    );
  }
  return {
    model,
    data: given.data,
    split: given.split,
    limit: given.limit,
    preprocess: given.preprocess,
    overrides: overridesOf(given),
    types: given.types,
    qmethod: given.qmethod,
    activationBits: given['activation-bits'],
    weightBits: given['weight-bits'],
    calibrator: given.calibrator,
    calibrate: given.calibrate,
    threads: given.threads ?? availableParallelism(),
  };
}
