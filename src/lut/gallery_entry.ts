import { errorScale } from '../multiplier/analysis/error_scale.js';
import { errorTable } from '../multiplier/analysis/error_table.js';
import { errorThumbnail } from '../multiplier/analysis/error_thumbnail.js';
import { errorMetrics } from '../multiplier/analysis/metrics.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { GalleryEntry } from '../report/lut/gallery_record.js';

/** Blocks along either axis of a thumbnail, one pixel each. */
const thumbnailSize = 64;

/** A multiplier of a gallery; what a catalogue and an analysis of its rank say of it is null where not known. */
export function galleryEntry(
  file: string,
  multiplier: Multiplier,
  known: Pick<GalleryEntry, 'knownAs' | 'rank' | 'power'>,
): GalleryEntry {
  const { name, activation, weight, bits, sha256 } = multiplier;
  const thumbnail = errorThumbnail(errorTable(multiplier), thumbnailSize);
  return {
    file,
    name,
    activation,
    weight,
    bits,
    sha256,
    metrics: errorMetrics(multiplier),
    thumbnail,
    thumbnailScale: errorScale(thumbnail.means),
    ...known,
  };
}
