import { recognize } from '../multiplier/catalog/catalog.js';
import { costOf } from '../multiplier/catalog/cost.js';
import { isExact } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { BenchMultiplier } from '../report/bench/results.js';
import type { SuiteMultiplier } from './suite/suite.js';

/** A multiplier of a suite with its table. */
export interface PoweredMultiplier {
  readonly suite: SuiteMultiplier;
  readonly multiplier: Multiplier;
}

/**
 * What a multiplier's circuit draws: as the suite states it, beside the suite's own exact multiplier of the same
 * operands; else as the catalogue does.
 * @param all multipliers of the suite
 */
export function powerOf(
  { suite, multiplier }: PoweredMultiplier,
  all: readonly PoweredMultiplier[],
): BenchMultiplier['power'] {
  if (suite.power !== undefined) {
    const exact = all.find(
      (other) =>
        other.suite.power !== undefined &&
        isExact(other.multiplier) &&
        other.multiplier.activation === multiplier.activation &&
        other.multiplier.weight === multiplier.weight &&
        other.multiplier.bits === multiplier.bits,
    );
    const reference = exact?.suite.power;
    const relative = reference === undefined || reference === 0 ? null : suite.power / reference;
    return { milliwatt: suite.power, relative, source: 'suite' };
  }
  const known = recognize(multiplier)?.known;
  const cost = known && costOf(known);
  if (cost == null) return null;
  return {
    milliwatt: cost.powerMilliwatt,
    relative: cost.relativePower?.value ?? null,
    source: 'catalogue',
  };
}

/**
 * Power of all multiplications of a network over that with exact multipliers, by multiply-accumulates.
 * @param layers tables and multiply-accumulates of the approximate layers
 * @returns null where the power of one of the tables is not known
 */
export function relativePower(
  layers: readonly { readonly table: string; readonly macs: number }[],
  powers: ReadonlyMap<string, number | null>,
): number | null {
  let sum = 0;
  let macs = 0;
  for (const { table, macs: count } of layers) {
    const power = powers.get(table) ?? null;
    if (power === null) return null;
    sum += count * power;
    macs += count;
  }
  return macs === 0 ? null : sum / macs;
}
