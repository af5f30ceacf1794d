import type { EngineOptions } from '../engine/device.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { BenchDataset, BenchModel } from '../report/bench/results.js';
import type { ResultCache } from './cache.js';
import type { LayerNoiseResult, LayerPass } from './group.js';
import type { BenchHooks } from './model_context.js';
import type { PassResult } from './pass.js';
import type { PlannedEntry } from './suite/expand.js';
import type { TableStore } from './tables.js';

/** What was measured of an entry, before names, gates and baselines. */
export interface Measured {
  /** SHA-256 of everything that decides the result. */
  readonly key: string;
  /** Nothing had to be computed. */
  readonly cached: boolean;
  readonly multiplier: Multiplier;
  /** Other tables that took part. */
  readonly others: readonly Multiplier[];
  readonly model: BenchModel;
  readonly dataset: BenchDataset;
  readonly float: PassResult | null;
  readonly exact: PassResult | null;
  readonly approx: PassResult;
  readonly tuned: PassResult | null;
  readonly noise: readonly LayerNoiseResult[];
  /** null: not asked for, or there is nothing to compare with. */
  readonly sensitivity: readonly LayerPass[] | null;
  /** Of the computations that were not cached. */
  readonly seconds: number;
}

/** How an entry ended. */
export type Outcome =
  | { readonly entry: PlannedEntry; readonly measured: Measured }
  | { readonly entry: PlannedEntry; readonly error: string };

export interface MeasureOptions extends BenchHooks, EngineOptions {
  readonly cache: ResultCache;
  readonly tables: TableStore;
  onProgress?(entry: PlannedEntry, phase: string, done: number, total: number): void;
}
