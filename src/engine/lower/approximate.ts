import { firstOperand } from '../../multiplier/multiplier.js';
import { type QParams, qparamsFromRange } from '../../quant/qparams.js';
import type { LinearLayer } from '../linear_layer.js';
import type { TensorId } from '../plan.js';
import { type Approximation, TABLE_BITS } from './approximation.js';
import { type Codes, SharedCodes, withHalo } from './codes.js';
import type { LoweringContext } from './context.js';
import { constantWeights, lutConvAttributes } from './lut_layer.js';

/** Lowers the approximate layers of one plan; shares the codes of a value between its readers. */
export class ApproximateLowering {
  readonly approximation: Approximation;
  /** Layers of the plan, with the LUT slot of each. */
  readonly layers: ReadonlyMap<LinearLayer, number>;
  readonly #codes: SharedCodes;

  /** @param nonNegative values that are never negative */
  constructor(
    approximation: Approximation,
    layers: ReadonlyMap<LinearLayer, number>,
    nonNegative: ReadonlySet<string>,
  ) {
    this.approximation = approximation;
    this.layers = layers;
    this.#codes = new SharedCodes(approximation, layers, nonNegative);
  }

  /**
   * Emits the layer.
   * @param onlyLayers whether nothing but approximate layers of this plan reads the output
   */
  lower(layer: LinearLayer, context: LoweringContext, onlyLayers: (value: string) => boolean): void {
    const { builder } = context;
    const slot = this.layers.get(layer) as number;
    const codes = this.#read(layer, slot, context);
    const weights = constantWeights(builder, layer, slot, this.approximation);
    const name = layer.node.name;
    const shape = context.shape(layer.output);
    const { activation, output } = context.fuseActivation(layer.node);
    const inputs = [
      codes.tensor as TensorId,
      codes.qparams as TensorId,
      ...weights,
      layer.bias === undefined ? -1 : builder.constant(layer.bias, [layer.outputShape[1]], `${name} bias`),
    ];
    const attributes = { ...lutConvAttributes(layer, slot, codes, this.approximation), ...activation };
    const reader = this.#requantizeTo(output, layer.outputShape, onlyLayers);
    if (reader === undefined) {
      const id = builder.tensor('f32', layer.outputShape, output);
      builder.op('LutConv', name, inputs, [id], attributes);
      context.define(output, builder.view(id, shape, output));
      return;
    }
    const target = this.#staticQParams(reader);
    reader.tensor = builder.tensor('u8', withHalo(reader.shape, reader.halo), `${output} codes`);
    reader.qparams = this.#qparamsConstant(target, reader, context);
    const readerBounds = this.#codes.indexBounds(reader);
    builder.op('LutConv', name, inputs, [reader.tensor], {
      ...attributes,
      outScale: target.scale,
      outZeroPoint: target.zeroPoint - firstOperand(reader.type, TABLE_BITS),
      outLo: readerBounds.lo,
      outHi: readerBounds.hi,
      outHalo: reader.halo,
    });
  }

  /** The codes that a layer reads, quantized on first use. */
  #read(layer: LinearLayer, slot: number, context: LoweringContext): Codes {
    const codes = this.#codes.of(layer, this.approximation.slots[slot].activation);
    if (codes.tensor !== undefined) return codes;
    const { builder } = context;
    const { name } = layer.node;
    const x = builder.view(context.value(codes.value), codes.shape, codes.value);
    codes.qparams =
      this.approximation.qmethod.mode === 'static'
        ? this.#qparamsConstant(this.#staticQParams(codes), codes, context)
        : this.#codes.range(builder, codes, name, x, context.shape(codes.value)[0]);
    this.#codes.quantize(builder, codes, name, x);
    return codes;
  }

  /** The one reader that can take the output as codes: requantization is then part of the epilogue. */
  #requantizeTo(
    output: string,
    shape: readonly number[],
    onlyLayers: (value: string) => boolean,
  ): Codes | undefined {
    if (this.approximation.qmethod.mode !== 'static' || !onlyLayers(output)) return undefined;
    const readers = this.#codes.ofValue(output);
    if (readers.length !== 1 || readers[0].shape.some((size, axis) => size !== shape[axis])) return undefined;
    return readers[0];
  }

  #staticQParams(codes: Codes): QParams {
    const { activationBits, fullRange } = this.approximation;
    return qparamsFromRange(this.#codes.calibrated(codes.value), codes.type, activationBits, {
      fullRange,
      name: codes.value,
    });
  }

  #qparamsConstant(qparams: QParams, codes: Codes, context: LoweringContext): TensorId {
    const data = Float32Array.of(qparams.scale, qparams.zeroPoint);
    return context.builder.constant(data, [1, 2], `${codes.value} qparams`);
  }
}
