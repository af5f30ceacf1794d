/** An approximate layer by the letter of numerics.md §3, in plain loops. Shares nothing with src/. */
export interface NaiveLayer {
  /** Codes [N,C,H,W] (values, not indices) and weight codes [O,C/g,kh,kw]. */
  readonly codes: Int32Array;
  readonly shape: readonly number[];
  readonly weights: Int32Array;
  readonly weightShape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** top, left, bottom, right */
  readonly pads: readonly number[];
  readonly group: number;
  /** T(a, w) for codes. */
  readonly product: (a: number, w: number) => number;
  /** Per image and per output channel. */
  readonly zeroPoints: readonly number[];
  readonly weightZeroPoints: readonly number[];
  readonly skipPadding: boolean;
}

/** acc [N,O,Ho,Wo] as exact integers, with the output's height and width. */
export function naiveAccumulators(layer: NaiveLayer): { acc: bigint[]; shape: number[] } {
  const [n, c, h, w] = layer.shape;
  const [outputs, depth, kh, kw] = layer.weightShape;
  const [sy, sx] = layer.strides;
  const [dy, dx] = layer.dilations;
  const [top, left, bottom, right] = layer.pads;
  const ho = Math.floor((h + top + bottom - (kh - 1) * dy - 1) / sy) + 1;
  const wo = Math.floor((w + left + right - (kw - 1) * dx - 1) / sx) + 1;
  const acc: bigint[] = [];
  for (let image = 0; image < n; image++) {
    const za = layer.zeroPoints[image];
    for (let o = 0; o < outputs; o++) {
      const zw = layer.weightZeroPoints[o];
      const first = Math.floor(o / (outputs / layer.group)) * depth;
      for (let y = 0; y < ho; y++) {
        for (let x = 0; x < wo; x++) {
          let s = 0n;
          let sumA = 0n;
          let sumW = 0n;
          let k = 0n;
          for (let i = 0; i < depth; i++) {
            for (let ky = 0; ky < kh; ky++) {
              for (let kx = 0; kx < kw; kx++) {
                const iy = y * sy - top + ky * dy;
                const ix = x * sx - left + kx * dx;
                const inside = iy >= 0 && iy < h && ix >= 0 && ix < w;
                if (!inside && layer.skipPadding) continue;
                const a = inside ? layer.codes[((image * c + first + i) * h + iy) * w + ix] : za;
                const weight = layer.weights[((o * depth + i) * kh + ky) * kw + kx];
                s += BigInt(layer.product(a, weight));
                sumA += BigInt(a);
                sumW += BigInt(weight);
                k += 1n;
              }
            }
          }
          acc.push(s - BigInt(zw) * sumA - BigInt(za) * sumW + k * BigInt(za) * BigInt(zw));
        }
      }
    }
  }
  return { acc, shape: [n, outputs, ho, wo] };
}
