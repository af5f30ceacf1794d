import type { Difference, Quadrant } from '../../multiplier/compare/differences.js';

/** A table that took part in a comparison. */
export interface ComparedTable {
  readonly file: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  /** How it stands in the file, or what it was made from: 'simulated by Icarus Verilog 11.0'. */
  readonly origin:
    | { readonly format: string; readonly rowOrder: string; readonly columnOrder: string }
    | { readonly tool: string; readonly top: string };
  /** What the catalogue calls it; null: unknown. */
  readonly knownAs: string | null;
}

/** What two tables have in common and what not. */
export interface Comparison {
  readonly equal: boolean;
  /** Classic mistakes that turn the first into the second, in words. */
  readonly mistakes: readonly string[];
  /** null where operand types or widths differ, so that there are no entries to compare. */
  readonly entries: {
    readonly differing: number;
    readonly total: number;
    readonly meanAbsolute: number;
    readonly largest: number;
    /** In canonical order. */
    readonly first: readonly Difference[];
    /** Largest first. */
    readonly worst: readonly Difference[];
    readonly quadrants: readonly Quadrant[];
  } | null;
}

/** The one document of `approxtorch lut diff` and `lut verify` with `--format json`. */
export interface DiffReport extends Comparison {
  readonly schemaVersion: 1;
  readonly command: 'lut diff' | 'lut verify';
  readonly version: string;
  readonly first: ComparedTable;
  readonly second: ComparedTable;
  readonly warnings: readonly string[];
}
