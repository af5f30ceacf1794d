/** A multiplying layer under a multiplier table: numerics.md, section 3, written out. */
import { type Multiplier, zeroIndex } from './multiplier.js';
import type { Layer } from './prepare.js';
import { type QParams, qparamsOf, quantize, rangeOf } from './quantize.js';
import { forEachPosition, outputDims } from './taps.js';
import { floats, type Tensor } from './tensor.js';

export interface QuantizedWeights {
  /** One code per weight, [outputs, reduction]. */
  readonly codes: Int32Array;
  /** One entry per output. */
  readonly qparams: readonly QParams[];
}

export interface ApproximateResult {
  readonly y: Tensor;
  /** acc of the output's shape: exact integers, held as doubles. */
  readonly accumulators: Float64Array;
  /** Codes of the layer's input. */
  readonly inputCodes: Int32Array;
}

export function quantizeWeights(
  layer: Layer,
  multiplier: Multiplier,
  bits: number,
  granularity: 'tensor' | 'channel',
): QuantizedWeights {
  const { outputs, reduction, weight } = layer;
  const whole = rangeOf(weight);
  const qparams = Array.from({ length: outputs }, (_, o) =>
    qparamsOf(
      multiplier.weight,
      bits,
      granularity === 'tensor' ? whole : rangeOf(weight.subarray(o * reduction, (o + 1) * reduction)),
    ),
  );
  const codes = Int32Array.from(weight, (w, i) => quantize(w, qparams[Math.floor(i / reduction)]!));
  return { codes, qparams };
}

/**
 * y = float32(acc)·(s_a·s_w[o]) + bias[o], each operation rounded to float32, with
 * acc = S − z_w·Σqa − z_a·Σqw + K·z_a·z_w over the taps that take part: all of them, or with `padding` 'skip' those
 * that are not padding. `activations` has one entry for the batch or one per sample.
 * Sums stay exact as doubles: |acc| < 2^53 for reductions below 2^21.
 */
export function approximateLayer(
  layer: Layer,
  x: Tensor,
  multiplier: Multiplier,
  weights: QuantizedWeights,
  activations: readonly QParams[],
  padding: 'zero-point' | 'skip',
): ApproximateResult {
  const { bias, reduction } = layer;
  const { bits, table } = multiplier;
  const side = 2 ** bits;
  const rowOfZero = zeroIndex(multiplier.activation, bits);
  const columnOfZero = zeroIndex(multiplier.weight, bits);
  const qparamsOfSample = (sample: number) => activations[activations.length === 1 ? 0 : sample]!;
  const perSample = x.data.length / x.dims[0]!;
  const inputCodes = Int32Array.from(x.data, (v, i) =>
    quantize(v, qparamsOfSample(Math.floor(i / perSample))),
  );
  const y = floats(outputDims(layer, x.dims));
  const accumulators = new Float64Array(y.data.length);
  const qa = new Int32Array(reduction);
  const taking = new Int32Array(reduction);
  forEachPosition(layer, x.dims, ({ sample, firstOutput, endOutput, base, stride, sources }) => {
    const { scale, zeroPoint: za } = qparamsOfSample(sample);
    let count = 0;
    for (let k = 0; k < reduction; k++) {
      const source = sources[k]!;
      qa[k] = source < 0 ? za : inputCodes[source]!;
      if (source >= 0 || padding === 'zero-point') taking[count++] = k;
    }
    for (let o = firstOutput; o < endOutput; o++) {
      let lookedUp = 0;
      let sumOfActivations = 0;
      let sumOfWeights = 0;
      for (let i = 0; i < count; i++) {
        const k = taking[i]!;
        const a = qa[k]!;
        const w = weights.codes[o * reduction + k]!;
        lookedUp += table[(a + rowOfZero) * side + w + columnOfZero]!;
        sumOfActivations += a;
        sumOfWeights += w;
      }
      const { scale: weightScale, zeroPoint: zw } = weights.qparams[o]!;
      const acc = lookedUp - zw * sumOfActivations - za * sumOfWeights + count * za * zw;
      const at = base + o * stride;
      accumulators[at] = acc;
      const product = Math.fround(Math.fround(acc) * Math.fround(scale * weightScale));
      y.data[at] = bias === undefined ? product : product + bias[o]!;
    }
  });
  return { y, accumulators, inputCodes };
}
