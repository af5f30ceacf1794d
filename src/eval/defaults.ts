import type { EvalSettings } from './settings.js';

/** What holds where nothing was given; `--help` prints it. Threads: as many as the machine lends. */
export const defaults = {
  lutType: 'auto',
  qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
  bits: 8,
  padding: 'lookup',
  calibrator: 'minmax',
  calibrate: 512,
  batch: 64,
  seed: 1,
  device: 'auto',
} as const satisfies Partial<Omit<EvalSettings, 'device'>> & { bits: number; device: string };
