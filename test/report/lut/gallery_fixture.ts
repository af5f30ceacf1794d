import { galleryEntry } from '../../../src/lut/gallery_entry.js';
import { exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import type { LutGalleryRecord } from '../../../src/report/lut/gallery_record.js';
import { hostileName, named } from './plot_fixture.js';

const unknown = { knownAs: null, rank: null, power: null };

/** Figures chosen so that they sort otherwise as text than as numbers. */
export function gallery(): LutGalleryRecord {
  const constant = (name: string, error: number) =>
    tabulate(name, 'uint8', 'uint8', 8, (a, w) => a * w + error);
  return {
    folder: 'tables & more',
    entries: [
      galleryEntry('nine.txt', constant('nine', -9), { knownAs: 'mul8u_9', rank: 10, power: 0.4 }),
      galleryEntry('hundred.txt', constant('hundred', 100), { ...unknown, rank: 9 }),
      galleryEntry('twenty.txt', constant('twenty', 20), { ...unknown, power: 12 }),
      galleryEntry('exact.txt', exactMultiplier('int8', 'uint8', 4), unknown),
      galleryEntry(`${hostileName}.txt`, named(hostileName), { ...unknown, knownAs: hostileName }),
    ],
    unreadable: [{ file: 'notes.txt', reason: 'notes.txt:1: expected an integer' }],
  };
}
