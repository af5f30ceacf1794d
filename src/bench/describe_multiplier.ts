import { knownResult } from '../eval/multiplier_result.js';
import { errorTable } from '../multiplier/analysis/error_table.js';
import { errorThumbnail } from '../multiplier/analysis/error_thumbnail.js';
import { errorMetrics } from '../multiplier/analysis/metrics.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { BenchMultiplier } from '../report/bench/results.js';
import { type PoweredMultiplier, powerOf } from './power.js';

/** Blocks along either axis of a multiplier's error map. */
const MAP_SIZE = 32;

type Facts = Pick<BenchMultiplier, 'metrics' | 'known' | 'errorMap'>;

/** Reports are made again and again while a run goes on. */
const known = new WeakMap<Multiplier, Facts>();

/** A multiplier, for the report. @param all multipliers whose power the suite states */
export function describeMultiplier(
  powered: PoweredMultiplier,
  all: readonly PoweredMultiplier[],
): BenchMultiplier {
  const { suite, multiplier } = powered;
  const { sha256, activation, weight, bits } = multiplier;
  return {
    name: suite.name,
    file: suite.file,
    ...{ sha256, activation, weight, bits },
    ...factsOf(multiplier),
    power: powerOf(powered, all),
  };
}

function factsOf(multiplier: Multiplier): Facts {
  const before = known.get(multiplier);
  if (before !== undefined) return before;
  const { size, means } = errorThumbnail(errorTable(multiplier), MAP_SIZE);
  const facts: Facts = {
    metrics: errorMetrics(multiplier),
    known: knownResult(multiplier),
    errorMap: { size, means: Array.from(means, (mean) => Number(mean.toPrecision(4))) },
  };
  known.set(multiplier, facts);
  return facts;
}
