import type { ErrorScale } from '../../multiplier/analysis/error_scale.js';
import type { ErrorThumbnail } from '../../multiplier/analysis/error_thumbnail.js';
import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import type { OperandType } from '../../multiplier/multiplier.js';

/** A table of a gallery. null: not known. */
export interface GalleryEntry {
  /** Name of the file in the folder. */
  readonly file: string;
  readonly name: string;
  /** Under which name a catalogue lists the same table. */
  readonly knownAs: string | null;
  readonly activation: OperandType;
  readonly weight: OperandType;
  readonly bits: number;
  readonly sha256: string;
  readonly metrics: ErrorMetrics;
  /** Of the table as a matrix. */
  readonly rank: number | null;
  /** In mW, as the catalogue states it. */
  readonly power: number | null;
  readonly thumbnail: ErrorThumbnail;
  /** Where the colours of the thumbnail end. */
  readonly thumbnailScale: ErrorScale;
}

/** A file that holds no table that could be read. */
export interface UnreadableFile {
  readonly file: string;
  readonly reason: string;
}

/** What `approxtorch lut gallery` shows of a folder. */
export interface LutGalleryRecord {
  readonly folder: string;
  readonly entries: readonly GalleryEntry[];
  readonly unreadable: readonly UnreadableFile[];
}
