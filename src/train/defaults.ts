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
  /** By optimizer. */
  learningRate: { sgd: 0.01, adam: 0.001, adamw: 0.001 },
  schedule: 'cosine',
  warmup: 0,
  clipNorm: 1,
  epochs: 5,
  batch: 128,
  valSplit: 0,
  augment: 'preset',
  ranges: 'track',
  rangeMomentum: 0.05,
  batchNorm: 'fold',
} as const;
