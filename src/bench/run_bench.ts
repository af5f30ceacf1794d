import { type EngineOptions, engineOf } from '../engine/device.js';
import type { BenchReport } from '../report/bench/results.js';
import { InterruptedError } from '../util/errors.js';
import { assembleReport } from './assemble.js';
import { ResultCache } from './cache.js';
import { measureEntries } from './measure.js';
import type { Outcome } from './measured.js';
import type { PoweredMultiplier } from './power.js';
import { expandSuite, shardOf } from './suite/expand.js';
import type { Suite } from './suite/suite.js';
import { TableStore } from './tables.js';

export interface BenchSettings extends EngineOptions {
  readonly suite: Suite;
  /** Part `index` (from 1) of `count`; undefined: all entries. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Stored results to compare with. */
  readonly baseline?: { readonly report: BenchReport; readonly file: string };
  /** Folder of what was computed before; undefined: nothing outlasts the run. */
  readonly cache?: string;
}

export interface BenchProgress {
  /** Entries that are done, and all of them. */
  readonly done: number;
  readonly total: number;
  /** The entry at work. */
  readonly id: string;
  /** e.g. 'float', 'exact', 'approximate'. */
  readonly phase: string;
  /** Images of the phase. */
  readonly images: number;
  readonly ofImages: number;
}

/** How a benchmark talks to its caller. */
export interface RunHooks {
  onProgress?(progress: BenchProgress): void;
  onWarning?(message: string): void;
  /** The results so far, after every entry. */
  onReport?(report: () => BenchReport): Promise<void>;
  /** Aborting it ends the run with what was measured by then. */
  readonly signal?: AbortSignal;
}

/**
 * Everything `approxtorch bench` computes. Entries that fail are reported as such.
 * @throws UserError where the suite has no entries or the cache cannot be used; InterruptedError when aborted before
 *   anything was measured
 */
export async function runBench(settings: BenchSettings, hooks: RunHooks = {}): Promise<BenchReport> {
  const started = performance.now();
  const { suite, shard, baseline } = settings;
  const engine = engineOf(settings);
  const planned = expandSuite(suite);
  const entries = shard === undefined ? planned : shardOf(planned, shard);
  const warnings: string[] = [];
  const warn = (message: string) => {
    if (warnings.includes(message)) return;
    warnings.push(message);
    hooks.onWarning?.(message);
  };
  const cache = await ResultCache.open(settings.cache);
  const tables = new TableStore(warn);
  const powered = await poweredMultipliers(suite, tables);
  const outcomes: Outcome[] = [];
  const report = (complete: boolean) =>
    assembleReport(outcomes, {
      suite,
      planned: planned.length,
      shard: shard ?? null,
      complete,
      engine,
      seconds: (performance.now() - started) / 1000,
      baseline,
      powered,
      warnings,
    });
  const measuring = measureEntries(entries, {
    ...engine,
    cache,
    tables,
    signal: hooks.signal,
    onWarning: warn,
    onProgress: ({ id }, phase, images, ofImages) =>
      hooks.onProgress?.({ done: outcomes.length, total: entries.length, id, phase, images, ofImages }),
  });
  try {
    for await (const outcome of measuring) {
      outcomes.push(outcome);
      if (outcomes.length < entries.length) await hooks.onReport?.(() => report(false));
    }
  } catch (error) {
    if (!(error instanceof InterruptedError) || outcomes.length === 0) throw error;
    return report(false);
  }
  return report(true);
}

/** Multipliers whose power the suite states; those that cannot be read fail their own entries. */
async function poweredMultipliers({ multipliers }: Suite, tables: TableStore): Promise<PoweredMultiplier[]> {
  const powered: PoweredMultiplier[] = [];
  for (const suite of multipliers) {
    if (suite.power === undefined) continue;
    const multiplier = await tables.load(suite.file, suite.read).catch(() => undefined);
    if (multiplier !== undefined) powered.push({ suite, multiplier });
  }
  return powered;
}
