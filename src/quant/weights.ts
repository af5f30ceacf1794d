import { firstOperand, type OperandType } from '../multiplier/multiplier.js';
import { type QMethod, type QParams, qparamsFromRange, quantizeValue } from './qparams.js';
import { rangeOf } from './range.js';

/** Operand width of the tables that the indices address. */
export const TABLE_BITS = 8;

/** Weights as the engine takes them. */
export interface QuantizedWeights {
  /** Operand index of each weight: its code − firstOperand(type, 8), whatever the bits of quantization. */
  readonly indices: Uint8Array;
  /** float32 scale per output channel, [O]; all equal for per-tensor granularity. */
  readonly scales: Float32Array;
  /** Zero point (a code) per output channel, [O]; all 0 for int8. */
  readonly zeroPoints: Int32Array;
}

/**
 * Quantizes a constant weight [O, …] (output channel first), with one range per tensor or per output channel.
 * Throws a UserError that names the tensor where a weight is not finite, and a RangeError where the number of
 * weights is no multiple of the output channels.
 */
export function quantizeWeights(
  weights: Float32Array,
  outputChannels: number,
  type: OperandType,
  bits: number,
  granularity: QMethod['weight'],
  name: string,
): QuantizedWeights {
  const size = weights.length / outputChannels;
  if (!Number.isInteger(size)) {
    throw new RangeError(
      `'${name}': ${weights.length} weights do not divide into ${outputChannels} output channels`,
    );
  }
  const qparamsOf = (start: number, end: number): QParams =>
    qparamsFromRange(rangeOf(weights, name, start, end), type, bits, { name });
  const shared = granularity === 'tensor' ? qparamsOf(0, weights.length) : undefined;

  const indices = new Uint8Array(weights.length);
  const scales = new Float32Array(outputChannels);
  const zeroPoints = new Int32Array(outputChannels);
  const first = firstOperand(type, TABLE_BITS);
  for (let channel = 0; channel < outputChannels; channel++) {
    const start = channel * size;
    const qparams = shared ?? qparamsOf(start, start + size);
    scales[channel] = qparams.scale;
    zeroPoints[channel] = qparams.zeroPoint;
    for (let i = start; i < start + size; i++) indices[i] = quantizeValue(weights[i]!, qparams) - first;
  }
  return { indices, scales, zeroPoints };
}
