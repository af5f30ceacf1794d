import { errorTable } from '../../../../src/multiplier/analysis/error_table.js';
import { errorThumbnail } from '../../../../src/multiplier/analysis/error_thumbnail.js';
import { errorMetrics } from '../../../../src/multiplier/analysis/metrics.js';
import { generateMultiplier } from '../../../../src/multiplier/generate/generate.js';
import type { Multiplier } from '../../../../src/multiplier/multiplier.js';
import type { BenchMultiplier } from '../../../../src/report/bench/results.js';

type Power = BenchMultiplier['power'];

/** A multiplier as a suite names it, with what its circuit draws. */
export function benchMultiplier(name: string, multiplier: Multiplier, power: Power): BenchMultiplier {
  const { activation, weight, bits, sha256 } = multiplier;
  const { size, means } = errorThumbnail(errorTable(multiplier), 32);
  return {
    name,
    file: name === 'exact' ? 'exact' : `luts/${name}.txt`,
    sha256,
    activation,
    weight,
    bits,
    metrics: errorMetrics(multiplier),
    known: null,
    power,
    errorMap: { size, means: [...means] },
  };
}

/** Signed 8-bit multipliers; arrays work on two's complement, which makes them lopsided, others on magnitudes. */
export function signed(family: string, parameters: Readonly<Record<string, number>>): Multiplier {
  const signMagnitude = family !== 'exact' && family !== 'broken-array';
  return generateMultiplier(family, {
    activation: 'int8',
    weight: 'int8',
    bits: 8,
    signMagnitude,
    parameters,
  });
}

/** mW of the exact multiplier that powers are given beside. */
const exactMilliwatt = 0.425;

export function relativePower(relative: number, source: 'suite' | 'catalogue' = 'suite'): Power {
  return { milliwatt: relative * exactMilliwatt, relative, source };
}

/** Of the families, with powers of the order that their authors give; one has none, one is beside no exact circuit. */
export function designs(): BenchMultiplier[] {
  const of = (name: string, family: string, parameters: Record<string, number>, power: Power) =>
    benchMultiplier(name, signed(family, parameters), power);
  return [
    of('exact', 'exact', {}, relativePower(1, 'catalogue')),
    of('drum6', 'drum', { k: 6 }, relativePower(0.71)),
    of('drum4', 'drum', { k: 4 }, relativePower(0.45)),
    of('drum2', 'drum', { k: 2 }, relativePower(0.21)),
    of('mitchell', 'mitchell', {}, relativePower(0.52)),
    of('kulkarni', 'kulkarni', {}, relativePower(0.58)),
    of('broken_array6', 'broken-array', { 'vertical-break': 6 }, relativePower(0.6)),
    of('broken_array9', 'broken-array', { 'vertical-break': 9 }, relativePower(0.24)),
    of(
      'truncated4',
      'truncated',
      { 'dropped-bits': 4 },
      { milliwatt: 0.061, relative: null, source: 'suite' },
    ),
    of('roba', 'roba', {}, null),
  ];
}

/** So many multipliers: arrays, segments, noise and truncations; the more is left out, the less they draw. */
export function manyDesigns(count: number): BenchMultiplier[] {
  return Array.from({ length: count }, (_, i) => {
    const step = Math.floor(i / 4);
    const vertical = 3 + (step % 11);
    const k = 2 + (step % 6);
    const dropped = 1 + (step % 10);
    const [family, parameters, power] = (
      [
        ['broken-array', { 'horizontal-break': step % 4, 'vertical-break': vertical }, 1.02 - vertical / 15],
        ['drum', { k }, 0.08 + 0.11 * k],
        ['uniform-noise', { amplitude: Math.round(4 * 1.2 ** step) }, 0.95 - 0.02 * step],
        ['truncated-result', { 'dropped-bits': dropped }, 0.98 - 0.06 * dropped],
      ] as const
    )[i % 4]!;
    return benchMultiplier(`${family}_${i}`, signed(family, parameters), relativePower(power + 0.002 * step));
  });
}
