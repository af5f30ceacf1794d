import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';

/** A multiplier of a family. */
export interface GeneratedOrigin {
  readonly kind: 'family';
  readonly family: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly signMagnitude: boolean;
  /** Where the design was published. */
  readonly source: string;
}

/** A multiplier that was tabulated from its own source. */
export interface BuiltOrigin {
  readonly kind: 'design';
  readonly sources: readonly string[];
  readonly language: 'c' | 'verilog';
  /** e.g. 'Icarus Verilog version 11.0'. */
  readonly tool: string;
  /** Function or module. */
  readonly top: string;
  /** Names of the activation and the weight operand in the source. */
  readonly operands: readonly [string, string];
  /** Whether the source declares the weight first. */
  readonly swapped: boolean;
  /** What decided about operand types: 'declared', 'stated' or 'compared' (with the exact product). */
  readonly types: 'declared' | 'stated' | 'compared';
  readonly seconds: number;
}

/** The one document of `approxtorch lut generate` and `lut build` with `--format json`. */
export interface MadeTableReport {
  readonly schemaVersion: 1;
  readonly command: 'lut generate' | 'lut build';
  readonly version: string;
  readonly name: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  readonly knownAs: string | null;
  readonly origin: GeneratedOrigin | BuiltOrigin;
  readonly metrics: ErrorMetrics;
  /** null: no file was asked for. */
  readonly output: { readonly file: string; readonly format: string } | null;
  /** [activation][weight], operands ascending; null where a file was written. */
  readonly table: readonly (readonly number[])[] | null;
  readonly warnings: readonly string[];
}
