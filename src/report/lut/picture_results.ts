/** The one document of `approxtorch lut plot --format json`. */
export interface PlotReport {
  readonly schemaVersion: 1;
  readonly command: 'lut plot';
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly output: { readonly file: string; readonly format: 'svg' | 'png' | 'html'; readonly bytes: number };
  readonly warnings: readonly string[];
}

/** The one document of `approxtorch lut gallery --format json`. */
export interface GalleryReport {
  readonly schemaVersion: 1;
  readonly command: 'lut gallery';
  readonly version: string;
  readonly folder: string;
  readonly tables: number;
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
  readonly output: { readonly file: string; readonly bytes: number };
}
