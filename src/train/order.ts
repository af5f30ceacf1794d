import { randomFor } from './streams.js';

/** Indices of training and held-out images, both ascending. */
export interface HeldOut {
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/** Holds a share of `count` images out, drawn by seed: at least one where the share is not 0, never all. */
export function holdOut(count: number, share: number, seed: number): HeldOut {
  const wanted = share === 0 ? 0 : Math.max(1, Math.round(count * share));
  const drawn = shuffled(count, seed, 'split', 0);
  const cut = Math.max(0, Math.min(wanted, count - 1));
  return { training: drawn.slice(cut).sort(), heldOut: drawn.slice(0, cut).sort() };
}

/** Optimizer steps of an epoch: whole batches, but at least one. */
export function stepsPerEpoch(images: number, batch: number): number {
  return Math.max(1, Math.floor(images / batch));
}

/**
 * The images of an epoch in their order: every image at most once, in whole batches. Fewer images than one batch are
 * repeated to fill it.
 */
export function epochOrder(training: Int32Array, batch: number, seed: number, epoch: number): Int32Array {
  const order = shuffled(training.length, seed, 'order', epoch);
  const length = stepsPerEpoch(training.length, batch) * batch;
  return Int32Array.from({ length }, (_, i) => training[order[i % order.length]!]!);
}

function shuffled(count: number, seed: number, purpose: 'split' | 'order', epoch: number): Int32Array {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return Int32Array.from(randomFor(seed, purpose, epoch).shuffle(numbers));
}
