import type { ErrorMetrics, PairError } from '../../multiplier/analysis/metrics.js';
import type { TableStructure } from '../../multiplier/analysis/structure.js';
import type { KnownCost } from '../results.js';

/** How a file was understood, and what says so. */
export interface ReadingResult {
  readonly format: string;
  /** Operands in the order of the file, e.g. '0…127,-128…-1'. */
  readonly rowOrder: string;
  readonly columnOrder: string;
  /** What decided about types and order: 'stated', 'labelled', 'compared' (with a·w), or 'assumed'. */
  readonly evidence: string;
  /** Similarity to the exact product, −1…1, of this reading and of the next best one. */
  readonly correlation: number;
  readonly nextCorrelation: number | null;
  readonly rows: 'activations' | 'weights';
  /**
   * What says so: 'stated', 'types' (they differ), 'symmetric' (it does not matter), 'catalogue' (the operands of the
   * known circuit), or 'assumed'.
   */
  readonly orientation: string;
}

/** A published multiplier with the same table. */
export interface KnownResult {
  readonly names: readonly { readonly library: string; readonly release: string; readonly name: string }[];
  /** Activations are the circuit's second operand. */
  readonly transposed: boolean;
  /** The circuit's first and second operand. */
  readonly operands: readonly [string, string];
  /** Parameters of the library's C function as declared. */
  readonly cParameters: readonly string[] | null;
  readonly cost: KnownCost | null;
  readonly source: string;
  readonly licence: string;
}

/** Everything `approxtorch lut info` says of one table. */
export interface TableInfo extends TableStructure {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  readonly reading: ReadingResult;
  readonly known: KnownResult | null;
  /** Over the rational numbers, proven. */
  readonly rank: { readonly table: number; readonly error: number };
  /** Over all pairs of operands alike. */
  readonly metrics: ErrorMetrics;
  readonly worst: PairError;
  /** Weighted by the operands that a network multiplies; null where no histograms were given. */
  readonly weighted: {
    readonly file: string;
    readonly metrics: ErrorMetrics;
    readonly worst: PairError;
  } | null;
  readonly warnings: readonly string[];
}

/** The one document of `approxtorch lut info --format json`. */
export interface InfoReport {
  readonly schemaVersion: 1;
  readonly command: 'lut info';
  readonly version: string;
  readonly tables: readonly TableInfo[];
  /** Files that are no tables, with the reason. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}
