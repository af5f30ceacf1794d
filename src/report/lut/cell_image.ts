import { type Color, encodePng, pngSource } from '../png.js';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Data URI of a picture of cells, one palette index each, row-major from the top left. It has at least twice the
 * pixels that it is shown with: viewers that shrink or stretch a small image to a size that is no multiple drop some
 * cells and double others, which makes patterns that are not there.
 */
export function cellImage(cells: Uint8Array, count: Size, palette: readonly Color[], shown: Size): string {
  const cell = {
    width: Math.ceil((2 * shown.width) / count.width),
    height: Math.ceil((2 * shown.height) / count.height),
  };
  return pngSource(encodePng(count.width, count.height, cells, palette, cell));
}
