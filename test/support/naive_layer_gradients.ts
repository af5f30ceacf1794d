import type { NaiveLayer } from './naive_layer.js';

/** Gradients of an approximate layer by the letter of numerics.md §4, in plain loops over float64. */
export interface NaiveLayerGradients extends NaiveLayer {
  /** dL/dy, [N,O,Ho,Wo]. */
  readonly upstream: Float32Array;
  readonly outShape: readonly number[];
  /** Scale per image and per output channel. */
  readonly scales: readonly number[];
  readonly weightScales: readonly number[];
  /** Estimates of the multiplier's derivatives by codes (a, w), zero points not taken off. */
  readonly byActivation: (a: number, w: number) => number;
  readonly byWeight: (a: number, w: number) => number;
  /** Whether an activation, or a weight, is not clipped. */
  readonly activationMask: (i: number) => boolean;
  readonly weightMask: (i: number) => boolean;
}

/** A gradient, and for each element the sum of the magnitudes of its terms: what rounding errors scale with. */
export interface SummedGradient {
  readonly sum: Float64Array;
  readonly magnitude: Float64Array;
}

function zeros(count: number): SummedGradient {
  return { sum: new Float64Array(count), magnitude: new Float64Array(count) };
}

function add({ sum, magnitude }: SummedGradient, i: number, term: number): void {
  sum[i]! += term;
  magnitude[i]! += Math.abs(term);
}

/** dL/dx and dL/dw. */
export function naiveGradients(layer: NaiveLayerGradients): {
  activations: SummedGradient;
  weights: SummedGradient;
} {
  const [n, c, h, w] = layer.shape as [number, number, number, number];
  const [outputs, depth, kh, kw] = layer.weightShape as [number, number, number, number];
  const [, , ho, wo] = layer.outShape as [number, number, number, number];
  const activations = zeros(layer.codes.length);
  const weights = zeros(layer.weights.length);
  for (let image = 0; image < n; image++) {
    const za = layer.zeroPoints[image]!;
    for (let o = 0; o < outputs; o++) {
      const zw = layer.weightZeroPoints[o]!;
      const first = Math.floor(o / (outputs / layer.group)) * depth;
      for (let y = 0; y < ho; y++) {
        for (let x = 0; x < wo; x++) {
          const g = layer.upstream[((image * outputs + o) * ho + y) * wo + x]!;
          for (let i = 0; i < depth; i++) {
            for (let ky = 0; ky < kh; ky++) {
              for (let kx = 0; kx < kw; kx++) {
                const iy = y * layer.strides[0]! - layer.pads[0]! + ky * layer.dilations[0]!;
                const ix = x * layer.strides[1]! - layer.pads[1]! + kx * layer.dilations[1]!;
                const inside = iy >= 0 && iy < h && ix >= 0 && ix < w;
                if (!inside && layer.skipPadding) continue;
                const at = ((image * c + first + i) * h + iy) * w + ix;
                const a = inside ? layer.codes[at]! : za;
                const k = ((o * depth + i) * kh + ky) * kw + kx;
                const code = layer.weights[k]!;
                if (inside && layer.activationMask(at)) {
                  add(activations, at, g * layer.weightScales[o]! * (layer.byActivation(a, code) - zw));
                }
                if (layer.weightMask(k)) {
                  add(weights, k, g * layer.scales[image]! * (layer.byWeight(a, code) - za));
                }
              }
            }
          }
        }
      }
    }
  }
  return { activations, weights };
}
