import { type Color, encodePng, pngSource } from '../png.js';
import { cellImage, type Size } from './cell_image.js';

/** Steps of colour on either side of zero. */
const steps = 127;

/**
 * Colours from zero to the ends, blue for negative and orange for positive errors: their lightness runs evenly and
 * the two hues stay apart for the colour-blind.
 */
interface Ramp {
  readonly zero: Color;
  readonly negative: readonly Color[];
  readonly positive: readonly Color[];
}

const light: Ramp = {
  zero: [244, 245, 247],
  negative: [
    [178, 208, 236],
    [73, 137, 198],
    [10, 55, 118],
  ],
  positive: [
    [252, 205, 166],
    [226, 121, 48],
    [127, 42, 4],
  ],
};

const dark: Ramp = {
  zero: [30, 34, 40],
  negative: [
    [30, 70, 121],
    [62, 137, 214],
    [184, 222, 255],
  ],
  positive: [
    [104, 47, 14],
    [214, 108, 36],
    [255, 217, 176],
  ],
};

/** A fraction of the way along colours, linear in sRGB between neighbours. */
function blend(colors: readonly Color[], fraction: number): Color {
  const place = fraction * (colors.length - 1);
  const before = Math.min(Math.floor(place), colors.length - 2);
  const [from, to] = [colors[before]!, colors[before + 1]!];
  const channel = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * (place - before));
  return [channel(0), channel(1), channel(2)];
}

/** The least error already differs visibly from none. */
const leastTint = 0.12;

function paletteOf({ zero, negative, positive }: Ramp): Color[] {
  const side = (colors: readonly Color[]) =>
    Array.from({ length: steps }, (_, i) =>
      blend([zero, ...colors], leastTint + (1 - leastTint) * (i / (steps - 1))),
    );
  return [zero, ...side(negative), ...side(positive)];
}

const palettes = { light: paletteOf(light), dark: paletteOf(dark) };

/** Place of an error in the palettes: 0 = exact, then the negative steps, then the positive ones. */
function colorIndex(error: number, limit: number): number {
  if (error === 0) return 0;
  const step = Math.min(steps, Math.ceil((Math.abs(error) / limit) * steps));
  return error < 0 ? step : steps + step;
}

/** Data URIs of one picture for paper and for a dark screen. */
export interface ErrorImage {
  readonly source: string;
  readonly darkSource: string;
}

function imageOf(pixels: Uint8Array, count: Size, shown: Size): ErrorImage {
  return {
    source: cellImage(pixels, count, palettes.light, shown),
    darkSource: cellImage(pixels, count, palettes.dark, shown),
  };
}

/** Errors (size × size, row = activation, ascending) as cells: weight to the right, activation upwards. */
function errorPixels(errors: Float64Array, limit: number): { size: number; pixels: Uint8Array } {
  const size = Math.sqrt(errors.length);
  const pixels = new Uint8Array(errors.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      pixels[(size - 1 - i) * size + j] = colorIndex(errors[i * size + j]!, limit);
    }
  }
  return { size, pixels };
}

/** The heat map of signed errors, for so many pixels; colours end at ±`limit`. */
export function errorImage(errors: Float64Array, limit: number, shown: Size): ErrorImage {
  const { size, pixels } = errorPixels(errors, limit);
  return imageOf(pixels, { width: size, height: size }, shown);
}

/** The same for paper alone, one pixel for an error. */
export function errorImageSource(errors: Float64Array, limit: number): string {
  const { size, pixels } = errorPixels(errors, limit);
  return pngSource(encodePng(size, size, pixels, palettes.light));
}

/** All colours in one column, the largest positive error on top. */
export function colorBarImage(shown: Size): ErrorImage {
  const pixels = Uint8Array.from({ length: 2 * steps + 1 }, (_, i) =>
    i < steps ? 2 * steps - i : i - steps,
  );
  return imageOf(pixels, { width: 1, height: pixels.length }, shown);
}
