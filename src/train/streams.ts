import { Random } from '../util/random.js';

const PURPOSES = { split: 0, init: 1, order: 2, augment: 3 } as const;

/** More than there are images or tensors. */
const STREAMS = 2 ** 31;

/**
 * Random numbers for one purpose of a training; all independent, all from its one seed.
 * @param epoch 0 for what happens before the first
 * @param index of the image or tensor, where each has numbers of its own
 */
export function randomFor(seed: number, purpose: keyof typeof PURPOSES, epoch = 0, index = 0): Random {
  return new Random(seed, (4 * epoch + PURPOSES[purpose]) * STREAMS + index);
}
