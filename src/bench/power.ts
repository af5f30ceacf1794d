import { recognize } from '../multiplier/catalog/catalog.js';
import { costOf } from '../multiplier/catalog/cost.js';
import { isExact } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { BenchMultiplier } from '../report/bench/results.js';
import type { Measured } from './measured.js';
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
 * `relativePower` of a measured network, its main multiplier being the suite's; tables of single layers may be of the
 * suite too.
 */
export function powerOfLayers(
  suite: SuiteMultiplier,
  { noise, multiplier, others }: Pick<Measured, 'noise' | 'multiplier' | 'others'>,
  all: readonly PoweredMultiplier[],
): number | null {
  const relative = (powered: PoweredMultiplier) => powerOf(powered, all)?.relative ?? null;
  const powers = new Map(
    others.map((other) => {
      const known = all.find(({ multiplier: { sha256 } }) => sha256 === other.sha256);
      return [other.sha256, relative(known ?? { suite: { ...suite, power: undefined }, multiplier: other })];
    }),
  );
  powers.set(multiplier.sha256, relative({ suite, multiplier }));
  return relativePower(
    noise.flatMap(({ table, macs }) => (table === null ? [] : [{ table, macs }])),
    powers,
  );
}

/**
 * Power of all multiplications of a network over that with exact multipliers, by multiply-accumulates.
 * @param layers tables and multiply-accumulates of the approximate layers
 * @returns null where the power of one of the tables is not known
 */
function relativePower(
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
