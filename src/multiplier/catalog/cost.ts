import { type Cost, type KnownMultiplier, knownMultipliers } from './catalog.js';

/** A circuit's cost, and beside a published exact multiplier of the same operands. */
export interface RelativeCost extends Cost {
  /** Power over that of the exact multiplier named; null where none of the same operands is known. */
  readonly relativePower: { readonly value: number; readonly exact: string } | null;
}

/** What a published multiplier costs; null where that is not known. */
export function costOf(known: KnownMultiplier): RelativeCost | null {
  const { cost } = known;
  if (cost === null) return null;
  const exact = exactReference(known);
  if (exact?.cost == null) return { ...cost, relativePower: null };
  const value = cost.powerMilliwatt / exact.cost.powerMilliwatt;
  return { ...cost, relativePower: { value, exact: exact.names[0]!.name } };
}

/** The published multiplier with exact products of the same operands, in the same technology. */
function exactReference({ activation, weight, bits, cost }: KnownMultiplier): KnownMultiplier | undefined {
  return knownMultipliers().find(
    (candidate) =>
      candidate.figures?.wce === 0 &&
      candidate.cost?.technology === cost?.technology &&
      candidate.activation === activation &&
      candidate.weight === weight &&
      candidate.bits === bits,
  );
}
