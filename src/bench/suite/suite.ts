import type { QuantizationOptions } from '../../eval/approximate.js';
import type { EvalSettings } from '../../eval/settings.js';
import type { LoadMultiplierOptions } from '../../multiplier/load.js';
import type { FinetuneSettings } from '../../train/settings.js';

/** A network of a suite and the images that it is evaluated on. Paths are resolved. */
export interface SuiteModel
  extends Pick<EvalSettings, 'data' | 'split' | 'limit' | 'batch' | 'preprocess' | 'overrides'> {
  /** Unique in the suite. */
  readonly name: string;
  readonly file: string;
}

/** A table of a suite. */
export interface SuiteMultiplier {
  /** Unique in the suite. */
  readonly name: string;
  /** 'exact' or a file. */
  readonly file: string;
  readonly read: LoadMultiplierOptions;
  /** Power of the circuit in mW, where the suite states it. */
  readonly power?: number;
}

/** How layers quantize. */
export interface SuiteQuantization
  extends QuantizationOptions,
    Pick<EvalSettings, 'calibrator' | 'calibrate'> {
  readonly name: string;
  /** Whether ranges that a retrained model brings along stand for a calibration: not where the suite speaks of one. */
  readonly ownRanges: boolean;
}

/** Which layers compute with the multiplier, and which with others. */
export interface SuiteAssignment
  extends Pick<EvalSettings, 'skipFirst' | 'skipLast' | 'convOnly' | 'layers'> {
  readonly name: string;
}

/** Limits that fail a run. Percent and percentage points. */
export interface Gates {
  readonly minTop1?: number;
  readonly maxDrop?: { readonly exact?: number; readonly float?: number; readonly baseline?: number };
  /** How much more the multiplier may cost against exact products than in the baseline. */
  readonly maxRegression?: number;
}

/** Globs over the names of an entry's parts; absent ones match everything. */
export interface EntryPattern {
  readonly model?: string;
  readonly multiplier?: string;
  readonly quantization?: string;
  readonly assignment?: string;
  readonly seed?: number;
}

/** How entries are retrained: the settings of finetune, less what the entry itself says. */
export type SuiteFinetune = Omit<
  FinetuneSettings,
  | 'model'
  | 'lut'
  | 'lutType'
  | 'lutOrder'
  | 'layers'
  | 'skipFirst'
  | 'skipLast'
  | 'convOnly'
  | 'data'
  | 'preprocess'
  | 'overrides'
  | 'seed'
  | 'threads'
  | 'device'
  | 'kernel'
  | 'save'
  | 'checkpoint'
  | 'resume'
  | 'log'
  | 'plot'
  | keyof QuantizationOptions
>;

/** What holds for some entries only; later rules come before earlier ones. */
export interface EntryRule {
  readonly match: EntryPattern;
  readonly gates?: Gates;
  /** null: not retrained. */
  readonly finetune?: SuiteFinetune | null;
  readonly sensitivity?: boolean;
}

/** Everything that a benchmark evaluates: all combinations, less those left out. */
export interface Suite {
  readonly name: string;
  /** null: made from flags. */
  readonly file: string | null;
  /** Of its settings as they were written and the names of its multipliers: the same on every machine. */
  readonly sha256: string;
  readonly models: readonly SuiteModel[];
  readonly multipliers: readonly SuiteMultiplier[];
  readonly quantizations: readonly SuiteQuantization[];
  readonly assignments: readonly SuiteAssignment[];
  readonly seeds: readonly number[];
  /** Entries that are evaluated: those that match one of these; empty: all. */
  readonly include: readonly EntryPattern[];
  readonly exclude: readonly EntryPattern[];
  readonly baselines: { readonly float: boolean; readonly exact: boolean };
  readonly gates: Gates;
  readonly finetune: SuiteFinetune | null;
  readonly sensitivity: boolean;
  readonly rules: readonly EntryRule[];
}
