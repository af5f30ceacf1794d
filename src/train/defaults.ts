/** What holds where nothing was given; `--help` prints it. */
export const trainDefaults = {
  gradient: 'ste',
  /** Half the window of `difference`: numerics.md §4. */
  window: 32,
  labelSmoothing: 0,
  temperature: 4,
  optimizer: 'sgd',
  momentum: 0.9,
  betas: [0.9, 0.999],
  weightDecay: 1e-4,
  /**
   * By optimizer. ResNet-20 under mul8s_1KVL, means of three seeds: 90.66 % with batches of 64 and 0.005, 90.39 with 128
   * and 0.005, 90.42 with 128 and 0.01.
   */
  learningRate: { sgd: 0.005, adam: 0.001, adamw: 0.001 },
  schedule: 'cosine',
  warmup: 0,
  clipNorm: 1,
  epochs: 5,
  batch: 64,
  accumulate: 1,
  valSplit: 0,
  augment: 'preset',
  ranges: 'track',
  rangeMomentum: 0.05,
  batchNorm: 'fold',
} as const;
