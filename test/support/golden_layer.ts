import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { LinearLayer } from '../../src/engine/linear_layer.js';
import type { ApproximateModel } from '../../src/eval/approximate.js';
import { firstOperand } from '../../src/multiplier/multiplier.js';
import { type QParams, qparamsFromRange, quantize } from '../../src/quant/qparams.js';
import { rangeOf } from '../../src/quant/range.js';
import { type QuantizedWeights, quantizeWeights } from '../../src/quant/weights.js';
import type { Golden } from '../reference/golden.js';
import type { GoldenPair } from './golden.js';

/** Accumulators up to this size (with the bias in their units) survive a float32 output: see `recovered`. */
const RECOVERABLE = 2 ** 21;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hashOfCodes(codes: ArrayLike<number>): string {
  return sha256(Uint8Array.from(codes, (code) => code & 0xff));
}

/** Scales, zero points and codes of the layer's weights, against the golden. */
export function checkWeights(model: ApproximateModel, { expected, actual }: GoldenPair): QuantizedWeights {
  const { layer, slot } = actual;
  const { weightBits, qmethod } = model.quantization;
  const { weight: type } = model.multipliers[slot];
  const weights = quantizeWeights(
    layer.weights,
    layer.outputShape[1],
    type,
    weightBits,
    qmethod.weight,
    expected.node,
  );
  // A golden keeps one qparams set per tensor where the granularity is that.
  const sets = expected.weightScales.length;
  assert.deepEqual([...weights.scales.slice(0, sets)], expected.weightScales, `${expected.node}: scales`);
  assert.deepEqual(
    [...weights.zeroPoints.slice(0, sets)],
    expected.weightZeroPoints,
    `${expected.node}: zero points`,
  );
  const first = firstOperand(type, 8);
  const codes = Int16Array.from(weights.indices, (index) => index + first);
  assert.equal(hashOfCodes(codes), expected.weightCodes, `${expected.node}: weight codes`);
  return weights;
}

/** Quantization parameters of the layer's input for each sample. @param input values of all samples */
export function inputQParams(
  golden: Golden,
  model: ApproximateModel,
  { expected, actual }: GoldenPair,
  input: Float32Array,
): QParams[] {
  const { qmethod, activationBits } = model.quantization;
  const size = input.length / golden.count;
  const together = qmethod.activation === 'sample' ? 1 : golden.batch;
  return Array.from({ length: golden.count }, (_, n) => {
    const first = n - (n % together);
    const end = Math.min(first + together, golden.count);
    const range = expected.range ?? rangeOf(input, actual.layer.input, first * size, end * size);
    return qparamsFromRange(range, model.multipliers[actual.slot].activation, activationBits);
  });
}

/** Scale, zero point and codes of the layer's input, sample 0. */
export function checkInput({ expected }: GoldenPair, input: Float32Array, qparams: readonly QParams[]): void {
  const [first] = qparams;
  assert.equal(first.scale, expected.inputScale, `${expected.node}: input scale`);
  assert.equal(first.zeroPoint, expected.inputZeroPoint, `${expected.node}: input zero point`);
  const codes = quantize(input.subarray(0, input.length / qparams.length), first);
  assert.equal(hashOfCodes(codes), expected.inputCodes, `${expected.node}: input codes`);
}

/**
 * The accumulators behind the layer's float32 outputs: those that the golden samples, and all of the first
 * samples by their hash, where float32 lets the integers be recovered.
 * @param output values of all samples
 * @returns whether they could be recovered
 */
export function checkAccumulators(
  { expected, actual }: GoldenPair,
  output: Float32Array,
  input: readonly QParams[],
  weights: QuantizedWeights,
): boolean {
  const size = output.length / input.length;
  const first = epilogueOf(actual.layer, input[0], weights);
  for (const [at, accumulator] of expected.samples) {
    const { scale, bias } = first(at);
    const y = Math.fround(Math.fround(Math.fround(accumulator) * scale) + bias);
    assert.ok(
      output[at] === y,
      `${expected.node}: output ${at} is ${output[at]}, ${y} by accumulator ${accumulator}`,
    );
  }
  return expected.accumulators.every((hash, n) => {
    const values = output.subarray(n * size, (n + 1) * size);
    const accumulators = recovered(values, epilogueOf(actual.layer, input[n], weights));
    if (accumulators === undefined) return false;
    const actualHash = sha256(new Uint8Array(accumulators.buffer));
    assert.equal(actualHash, hash, `${expected.node}: accumulators of sample ${n}`);
    return true;
  });
}

/** Scale s_a · s_w and bias of the output at a flat position. */
type Epilogue = (at: number) => { readonly scale: number; readonly bias: number };

function epilogueOf(
  { outputShape, bias }: LinearLayer,
  input: QParams,
  { scales }: QuantizedWeights,
): Epilogue {
  const [, channels, height, width] = outputShape;
  return (at) => {
    const channel = Math.floor(at / (height * width)) % channels;
    return { scale: Math.fround(input.scale * scales[channel]), bias: bias?.[channel] ?? 0 };
  };
}

/**
 * The integers acc of y = fl(fl(acc·s) + b). Both roundings together are off by at most 2⁻²⁴·(2·|acc·s| + |b|),
 * far less than s/2 where |acc| + |b/s| < 2²¹; undefined where some are not.
 */
function recovered(output: Float32Array, epilogue: Epilogue): BigInt64Array | undefined {
  const accumulators = new BigInt64Array(output.length);
  for (let at = 0; at < output.length; at++) {
    const { scale, bias } = epilogue(at);
    const accumulator = (output[at] - bias) / scale;
    if (Math.abs(accumulator) + Math.abs(bias / scale) >= RECOVERABLE) return undefined;
    accumulators[at] = BigInt(Math.round(accumulator));
  }
  return accumulators;
}
