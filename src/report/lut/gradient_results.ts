/** The one document of `approxtorch lut gradient --format json`. */
export interface GradientReport {
  readonly schemaVersion: 1;
  readonly command: 'lut gradient';
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  readonly method: string;
  /** h of `difference`: averages go over 2h+1 operands; null for other methods. */
  readonly window: number | null;
  readonly output: {
    readonly format: string;
    /** Files of ∂T/∂a and ∂T/∂w. */
    readonly activation: string;
    readonly weight: string;
  };
  /** Of all entries. */
  readonly range: {
    readonly activation: readonly [number, number];
    readonly weight: readonly [number, number];
  };
  readonly warnings: readonly string[];
}
