import { errorMetrics } from '../multiplier/analysis/metrics.js';
import { recognize } from '../multiplier/catalog/catalog.js';
import { costOf } from '../multiplier/catalog/cost.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { KnownMultiplierResult, MultiplierResult } from '../report/results.js';

/** A multiplier that took part, for a report. */
export function multiplierResult(multiplier: Multiplier): MultiplierResult {
  const { name, sha256, activation, weight } = multiplier;
  return {
    name,
    sha256,
    activation,
    weight,
    metrics: errorMetrics(multiplier),
    known: knownResult(multiplier),
  };
}

/** What the catalogue says of a table; null where it does not know it. */
export function knownResult(multiplier: Multiplier): KnownMultiplierResult | null {
  const recognized = recognize(multiplier);
  if (recognized === undefined) return null;
  const { known, transposed } = recognized;
  const { name, library } = known.names[0]!;
  return { name, library, transposed, cost: costOf(known) };
}
