import { readFileSync } from 'node:fs';
import { packagePath } from '../../util/paths.js';
import type { Multiplier, OperandType } from '../multiplier.js';
import { transpose } from '../transpose.js';

/** Where a multiplier comes from. */
export interface KnownName {
  readonly library: string;
  /** Releases of one library use the same names for different circuits. */
  readonly release: string;
  readonly name: string;
}

/** Errors as the multiplier's authors state them, rounded as they print them; fractions in percent as printed. */
export interface PublishedFigures {
  readonly mae: number;
  readonly wce: number;
  readonly epPercent: number;
  readonly mrePercent: number;
  readonly mse: number;
  readonly wcrePercent: number;
}

/** What the circuit costs, as its authors state it. */
export interface Cost {
  readonly powerMilliwatt: number;
  readonly areaSquareMicrometre: number;
  readonly delayNanosecond: number;
  /** Technology that the figures hold for. */
  readonly technology: string;
}

/** A published multiplier. Its table has the first operand of the circuit as activation. */
export interface KnownMultiplier {
  /** Identity of the table; null: the table is not at hand, figures alone are known. */
  readonly sha256: string | null;
  readonly activation: OperandType;
  readonly weight: OperandType;
  readonly bits: number;
  readonly names: readonly KnownName[];
  /** Names of the first and the second operand of the circuit. */
  readonly operands: readonly [string, string];
  /** Parameters of the library's C function in the order of their declaration; null: there is none. */
  readonly cParameters: readonly string[] | null;
  readonly figures: PublishedFigures | null;
  readonly cost: Cost | null;
  readonly source: string;
  readonly licence: string;
}

/** The file luts/catalog.json. */
export interface CatalogFile {
  readonly schemaVersion: 1;
  readonly multipliers: readonly KnownMultiplier[];
}

/** A multiplier that the catalog knows. */
export interface Recognized {
  readonly known: KnownMultiplier;
  /** Whether its axes are exchanged: activations are the circuit's second operand. */
  readonly transposed: boolean;
}

let catalog: readonly KnownMultiplier[] | undefined;

/** All multipliers of luts/catalog.json. */
export function knownMultipliers(): readonly KnownMultiplier[] {
  catalog ??= (JSON.parse(readFileSync(packagePath('luts', 'catalog.json'), 'utf8')) as CatalogFile)
    .multipliers;
  return catalog;
}

/** The catalog's entry for a table, also for one whose axes are exchanged; undefined where there is none. */
export function recognize(multiplier: Multiplier): Recognized | undefined {
  const direct = knownMultipliers().find(({ sha256 }) => sha256 === multiplier.sha256);
  if (direct !== undefined) return { known: direct, transposed: false };
  const { sha256: exchanged } = transpose(multiplier);
  const other = knownMultipliers().find(({ sha256 }) => sha256 === exchanged);
  return other && { known: other, transposed: true };
}
