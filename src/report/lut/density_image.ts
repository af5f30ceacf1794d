import type { ErrorDensity } from '../../multiplier/analysis/error_density.js';
import type { Color } from '../png.js';
import { cellImage, type Size } from './cell_image.js';

/** Shades of one colour that is visible on light and dark; the first is transparent. */
const shades: readonly Color[] = Array.from({ length: 256 }, (_, i) => [
  146,
  99,
  233,
  i === 0 ? 0 : Math.round(255 * (0.35 + (0.65 * i) / 255)),
]);

/** Counts as shades on a logarithmic scale from 1 to the largest; 0 is transparent. Row 0 is the lowest. */
export function densityImage({ columns, rows, pairs }: ErrorDensity, shown: Size): string {
  const largest = pairs.reduce((a, b) => Math.max(a, b), 1);
  const cells = new Uint8Array(pairs.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const count = pairs[row * columns + column]!;
      if (count === 0) continue;
      const fraction = largest === 1 ? 1 : Math.log(count) / Math.log(largest);
      cells[(rows - 1 - row) * columns + column] = 1 + Math.round(254 * fraction);
    }
  }
  return cellImage(cells, { width: columns, height: rows }, shades, shown);
}
