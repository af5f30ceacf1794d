import type { AccuracyResult, DeviceResult, MultiplierResult } from './results.js';

/** One epoch of a retraining. Fractions in 0 … 1. */
export interface EpochResult {
  readonly epoch: number;
  /** Steps of the optimizer so far. */
  readonly steps: number;
  readonly learningRate: number;
  /** Mean loss over the epoch's steps, and accuracy on its (augmented) training images. */
  readonly loss: number;
  readonly trainAccuracy: number;
  /** Of the model after the epoch on the held-out images; null without a validation split. */
  readonly validationAccuracy: number | null;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** The three variants of one model on the test images; exact and approx are null where nothing is approximated. */
export interface VariantResults {
  readonly float: AccuracyResult;
  readonly exact: AccuracyResult | null;
  readonly approx: AccuracyResult | null;
}

/** The one document of `approxtorch finetune --format json`. */
export interface FinetuneReport {
  readonly schemaVersion: 1;
  readonly command: 'finetune';
  readonly version: string;
  readonly model: {
    readonly file: string;
    readonly sha256: string;
    /** Elements of all tensors that were trained, and of all of the model's. */
    readonly trained: number;
    readonly parameters: number;
  };
  readonly output: { readonly file: string; readonly sha256: string };
  /** null for --lut float. */
  readonly multiplier: MultiplierResult | null;
  readonly otherMultipliers: readonly MultiplierResult[];
  readonly dataset: {
    readonly name: string;
    readonly classes: number;
    readonly trainSamples: number;
    readonly validationSamples: number;
    readonly testSamples: number;
    /** What `before` and `after` were measured on. */
    readonly testSplit: string;
    readonly preprocess: string;
    readonly augment: string | null;
  };
  readonly quantization: {
    readonly qmethod: string;
    readonly activationBits: number;
    readonly weightBits: number;
    readonly padding: 'lookup' | 'skip';
    readonly ranges: string;
  } | null;
  readonly training: {
    readonly gradient: string;
    readonly loss: string;
    readonly optimizer: string;
    readonly schedule: string;
    readonly batchNorm: string;
    readonly batch: number;
    readonly epochs: number;
    readonly seed: number;
    /** Epoch whose weights were written. */
    readonly bestEpoch: number;
    readonly stopped: 'finished' | 'patience' | 'interrupted' | 'diverged';
  };
  readonly before: VariantResults;
  readonly after: VariantResults;
  readonly curve: readonly EpochResult[];
  readonly timing: {
    readonly trainingSeconds: number;
    readonly imagesPerSecond: number;
    readonly totalSeconds: number;
  };
  readonly device: DeviceResult;
  readonly warnings: readonly string[];
}
