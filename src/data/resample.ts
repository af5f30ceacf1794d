/*
 * Bilinear resizing to the bit as PIL (and so torchvision on PIL images) does it for bytes: a triangle filter,
 * widened by the factor of shrinking (antialiasing); columns first, then rows; weights in fixed point with 22
 * fraction bits; bytes in between.
 */

/** Where a sample of the output comes from: `weights` of the inputs `first`, `first` + 1 … */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

/** A part of the output along one axis: `count` samples from `start`, of an axis of `size` samples. */
export interface Span {
  readonly size: number;
  readonly start: number;
  readonly count: number;
}

const fractionBits = 22;
const half = 1 << (fractionBits - 1);

/**
 * Resizes an image [height, width, channels] of bytes to `rows.size` × `columns.size` and returns the part that
 * the spans ask for, [rows.count, columns.count, channels].
 */
export function resample(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  rows: Span,
  columns: Span,
): Uint8Array {
  const vertical = tapsOf(height, rows);
  const top = Math.min(...vertical.map((taps) => taps.first));
  const bottom = Math.max(...vertical.map((taps) => taps.first + taps.weights.length));
  const wide = resampleColumns(
    pixels.subarray(top * width * channels, bottom * width * channels),
    width,
    channels,
    columns,
  );
  const stride = columns.count * channels;
  const result = new Uint8Array(rows.count * stride);
  for (const [y, { first, weights }] of vertical.entries()) {
    const start = (first - top) * stride;
    for (let x = 0; x < stride; x++) {
      let sum = half;
      for (let k = 0, at = start + x; k < weights.length; k++, at += stride) sum += wide[at]! * weights[k]!;
      // Weights are not negative and sum to about 1: no clamping but for their rounding.
      result[y * stride + x] = Math.min(sum >> fractionBits, 255);
    }
  }
  return result;
}

function resampleColumns(pixels: Uint8Array, width: number, channels: number, columns: Span): Uint8Array {
  const horizontal = tapsOf(width, columns);
  const rows = pixels.length / (width * channels);
  const result = new Uint8Array(rows * columns.count * channels);
  let to = 0;
  for (let y = 0; y < rows; y++) {
    const row = y * width * channels;
    for (const { first, weights } of horizontal) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        for (let k = 0, at = row + first * channels + channel; k < weights.length; k++, at += channels) {
          sum += pixels[at]! * weights[k]!;
        }
        result[to++] = Math.min(sum >> fractionBits, 255);
      }
    }
  }
  return result;
}

/** The triangle filter's taps, inputs beyond the edges left out and the rest normalized. */
function tapsOf(inputs: number, { size, start, count }: Span): Taps[] {
  const scale = inputs / size;
  const support = Math.max(scale, 1);
  return Array.from({ length: count }, (_, i) => {
    const centre = (start + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputs, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / support)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return {
      first,
      weights: Int32Array.from(weights, (weight) => Math.trunc(0.5 + (weight / sum) * 2 ** fractionBits)),
    };
  });
}
