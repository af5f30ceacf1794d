/** How a table stands in a file. */
export interface TableLayout {
  readonly file: string;
  /** 'text', 'csv', 'triples', 'npy', 'u16', 'i16', 'i32', 'f32' or 'c'. */
  readonly format: string;
  /** Operands along the axes, e.g. '-128…127'. */
  readonly rowOrder: string;
  readonly columnOrder: string;
  readonly rows: 'activations' | 'weights';
}

/** The one document of `approxtorch lut convert --format json`. */
export interface ConvertReport {
  readonly schemaVersion: 1;
  readonly command: 'lut convert';
  readonly version: string;
  /** Products, or derivatives of them (gradient tables). */
  readonly holds: 'products' | 'derivatives';
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  /** Identity of the multiplier; null for derivatives. */
  readonly sha256: string | null;
  readonly input: TableLayout;
  readonly output: TableLayout & { readonly bytes: number };
  readonly warnings: readonly string[];
}
