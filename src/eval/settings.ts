import type { Preprocess, Split } from '../data/dataset.js';
import type { Device, EngineOptions } from '../engine/device.js';
import type { QMethod } from '../quant/qparams.js';

/** Everything that decides what an evaluation computes and writes. Paths are as the user gave them. */
export interface EvalSettings extends EngineOptions {
  readonly model: string;
  /** File, or 'exact'. */
  readonly lut: string;
  /** Operand types, activation × weight. */
  readonly lutType: 'auto' | 'int8' | 'uint8' | 'int8xuint8' | 'uint8xint8';
  /** aw: a row is an activation. undefined: found by comparison with the exact product. */
  readonly lutOrder?: 'aw' | 'wa';
  /** Another LUT ('float': none) for the nodes whose name matches; later entries win. */
  readonly layers: readonly { readonly pattern: string; readonly lut: string }[];
  readonly skipFirst: boolean;
  readonly skipLast: boolean;
  readonly convOnly: boolean;
  readonly qmethod: QMethod;
  readonly weightBits: number;
  readonly activationBits: number;
  /** int8 codes reach −2^(b−1) too. */
  readonly fullRange: boolean;
  readonly padding: 'lookup' | 'skip';
  readonly calibrator: 'minmax' | 'percentile' | 'mse' | 'entropy';
  /** Samples to calibrate on. */
  readonly calibrate: number;
  readonly saveCalibration?: string;
  readonly calibration?: string;
  /** undefined: what the model's metadata name, else no data. */
  readonly data?: string;
  readonly split?: Split;
  /** Evaluate the first so many samples only. */
  readonly limit?: number;
  /** undefined: as many as suit the device, and fewer where they do not fit there. */
  readonly batch?: number;
  /** Name of a preset in configs/, or a file. */
  readonly preprocess?: string;
  /** Single values that replace those of `preprocess`. */
  readonly overrides: Partial<Preprocess>;
  readonly baselines: { readonly float: boolean; readonly exact: boolean };
  readonly confusion: boolean;
  readonly perClass: boolean;
  readonly saveLogits?: string;
  readonly savePredictions?: string;
  readonly seed: number;
  /** When interrupted, report what was evaluated so far. */
  readonly partial: boolean;
  /** Devices of the kind of `device` that share the work with it. */
  readonly moreDevices?: readonly Device[];
}

/** Settings that a retrained model brings along; see tuned_model.ts. */
export type CarriedSettings = Pick<
  EvalSettings,
  | 'lutType'
  | 'lutOrder'
  | 'layers'
  | 'skipFirst'
  | 'skipLast'
  | 'convOnly'
  | 'qmethod'
  | 'weightBits'
  | 'activationBits'
  | 'fullRange'
  | 'padding'
>;

/** Settings that depend on the model where they are not given. */
export type OpenSettings = CarriedSettings & Pick<EvalSettings, 'calibrator' | 'calibrate'>;

/** What the user asked for: settings that depend on the model are there only where they were given. */
export type EvalRequest = Omit<EvalSettings, keyof OpenSettings> & Partial<OpenSettings>;

/** How an evaluation talks to its caller. */
export interface EvalHooks {
  onProgress?(progress: EvalProgress): void;
  onWarning?(message: string): void;
  /** Aborting it ends the evaluation with an InterruptedError, or with a partial report where settings ask for one. */
  readonly signal?: AbortSignal;
}

export interface EvalProgress {
  /** e.g. 'calibrate', 'float', 'exact', 'approximate'. */
  readonly phase: string;
  /** Samples. */
  readonly done: number;
  readonly total: number;
}
