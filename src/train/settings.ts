import type { EngineOptions } from '../engine/device.js';
import type { CarriedSettings, EvalProgress, EvalSettings } from '../eval/settings.js';

/** Settings that a retraining shares with an evaluation. `lut` may also be 'float'. */
type SharedSettings = CarriedSettings &
  EngineOptions &
  Pick<
    EvalSettings,
    | 'model'
    | 'lut'
    | 'calibrator'
    | 'calibrate'
    | 'calibration'
    | 'data'
    | 'preprocess'
    | 'overrides'
    | 'seed'
  >;

/** Everything that decides what a retraining computes and writes. Paths are as the user gave them. */
export interface FinetuneSettings extends SharedSettings {
  /** File of the retrained model. */
  readonly save: string;
  readonly gradient: GradientSettings;
  readonly loss: LossSettings;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  /** Decay of the exponential moving average of the parameters, which is then what is validated and written. */
  readonly ema?: number;
  /** Images per run of the network. */
  readonly batch: number;
  /** Runs per step of the optimizer. */
  readonly accumulate: number;
  readonly epochs: number;
  /** Fraction of the training images held out for validation; 0: none, and the last epoch is written. */
  readonly valSplit: number;
  /** Epochs without a better validation accuracy after which training stops. */
  readonly patience?: number;
  /** The first so many training images only. */
  readonly limit?: number;
  readonly augment: 'preset' | 'none';
  /** Globs over node names: parameters of other nodes stay. */
  readonly trainOnly: readonly string[];
  readonly biasOnly: boolean;
  readonly ranges: 'track' | 'frozen';
  /** Of the activation ranges' moving averages. */
  readonly rangeMomentum: number;
  /** Epochs after which tracked ranges are frozen. */
  readonly freezeRanges?: number;
  readonly batchNorm: 'fold' | 'freeze' | 'train';
  /** Begin with random weights instead of the model's. */
  readonly init: boolean;
  readonly checkpoint?: string;
  /** Continue from the checkpoint, if there is one. */
  readonly resume: boolean;
  /** JSON lines: a record per step and per epoch. */
  readonly log?: string;
  /** SVG of the training curve. */
  readonly plot?: string;
}

export interface GradientSettings {
  readonly estimator: 'ste' | 'lre' | 'table' | 'difference';
  /** Half the window of `difference`. */
  readonly window?: number;
  /** Files of dA and dW, for `table`. */
  readonly activationTable?: string;
  readonly weightTable?: string;
}

export interface LossSettings {
  readonly labelSmoothing: number;
  /** Weight (0 … 1) of the teacher's soft targets; undefined: no distillation. */
  readonly distill?: { readonly weight: number; readonly temperature: number };
  /** Model file; undefined: the given model itself. */
  readonly teacher?: string;
}

export interface OptimizerSettings {
  readonly kind: 'sgd' | 'adam' | 'adamw';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly betas: readonly [number, number];
  /** Not on biases and BatchNormalization. */
  readonly weightDecay: number;
  /** Largest Euclidean norm of all gradients; Infinity: no clipping. */
  readonly clipNorm: number;
}

export interface ScheduleSettings {
  readonly kind: 'constant' | 'step' | 'cosine';
  /** At its highest. */
  readonly learningRate: number;
  /** Epochs over which it rises from 0; may be a fraction. */
  readonly warmup: number;
}

/** How a retraining talks to its caller. */
export interface FinetuneHooks {
  onProgress?(progress: FinetuneProgress): void;
  onWarning?(message: string): void;
  /** Aborting it ends the training after the current step, with a checkpoint where one is kept. */
  readonly signal?: AbortSignal;
}

/**
 * In the phase 'train', `done` and `total` are steps of the epoch; the last one is reported too. Other phases
 * (calibrate, validate, evaluate) count images and carry nothing else.
 */
export interface FinetuneProgress extends EvalProgress {
  readonly training?: {
    readonly epoch: number;
    readonly epochs: number;
    readonly loss: number;
    /** Of the epoch so far, in 0 … 1. */
    readonly accuracy: number;
    readonly imagesPerSecond: number;
    /** To the end of all epochs. */
    readonly secondsLeft: number;
  };
}
