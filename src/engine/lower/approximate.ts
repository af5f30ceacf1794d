import { firstOperand, type OperandType } from '../../multiplier/multiplier.js';
import { codeRange, type QMethod, type QParams, qparamsFromRange, type Range } from '../../quant/qparams.js';
import { quantizeWeights } from '../../quant/weights.js';
import { UserError } from '../../util/errors.js';
import type { LinearLayer } from '../linear_layer.js';
import type { PlanAttribute, TensorId } from '../plan.js';
import type { LoweringContext } from './context.js';

/** Width of the tables that the engine takes; narrower multipliers are embedded around their zero. */
const TABLE_BITS = 8;

/** Operand types of the multiplier behind a LUT slot. */
export interface LutSlot {
  readonly activation: OperandType;
  readonly weight: OperandType;
}

/** How approximate layers compute (numerics.md §2 and §3). */
export interface Approximation {
  readonly qmethod: QMethod;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly fullRange: boolean;
  readonly padding: 'lookup' | 'skip';
  readonly slots: readonly LutSlot[];
  /** Range of each approximate layer's input value; needed for mode 'static'. */
  readonly ranges: ReadonlyMap<string, Range>;
}

type Halo = readonly [number, number, number, number];

/** The codes of one value, for all approximate layers that read it with the same activation type. */
interface Codes {
  readonly value: string;
  readonly type: OperandType;
  /** [N, C, H, W] without the halo. */
  readonly shape: readonly number[];
  /** Largest padding of its readers. */
  halo: Halo;
  /** Where every value is ≥ 0, int8 codes are too, and half of the table is enough. */
  readonly nonNegative: boolean;
  tensor?: TensorId;
  qparams?: TensorId;
}

/** Lowers the approximate layers of one plan; shares the codes of a value between its readers. */
export class ApproximateLowering {
  readonly approximation: Approximation;
  /** Layers of the plan, with the LUT slot of each. */
  readonly layers: ReadonlyMap<LinearLayer, number>;
  readonly #codes = new Map<string, Codes>();

  /** @param nonNegative values that are never negative */
  constructor(
    approximation: Approximation,
    layers: ReadonlyMap<LinearLayer, number>,
    nonNegative: ReadonlySet<string>,
  ) {
    this.approximation = approximation;
    this.layers = layers;
    for (const [layer, slot] of layers) {
      const type = approximation.slots[slot].activation;
      const key = codesKey(layer, type);
      const known = this.#codes.get(key);
      const { pads } = layer.window;
      this.#codes.set(key, {
        value: layer.input,
        type,
        shape: layer.inputShape,
        halo: known === undefined ? pads : largest(known.halo, pads),
        nonNegative: nonNegative.has(layer.input),
      });
    }
  }

  /**
   * Emits the layer.
   * @param onlyLayers whether nothing but approximate layers of this plan reads the output
   */
  lower(layer: LinearLayer, context: LoweringContext, onlyLayers: (value: string) => boolean): void {
    const { builder } = context;
    const slot = this.layers.get(layer) as number;
    const types = this.approximation.slots[slot];
    const codes = this.#read(layer, types.activation, context);
    const weights = quantizeWeights(
      layer.weights,
      layer.outputShape[1],
      types.weight,
      this.approximation.weightBits,
      this.approximation.qmethod.weight,
      layer.node.inputs[1],
    );
    const name = layer.node.name;
    const outputs = weights.scales.length;
    const shape = context.shape(layer.output);
    const { activation, output } = context.fuseActivation(layer.node);
    const inputs = [
      codes.tensor as TensorId,
      codes.qparams as TensorId,
      builder.constant(
        weights.indices,
        [outputs, layer.inputShape[1] / layer.group, ...layer.window.kernel],
        `${name} weights`,
      ),
      builder.constant(weights.scales, [outputs], `${name} weight scales`),
      builder.constant(weights.zeroPoints, [outputs], `${name} weight zero points`),
      layer.bias === undefined ? -1 : builder.constant(layer.bias, [outputs], `${name} bias`),
    ];
    const { strides, pads, dilations } = layer.window;
    const attributes: Record<string, PlanAttribute> = {
      lut: slot,
      strides,
      pads,
      dilations,
      group: layer.group,
      halo: codes.halo,
      padding: this.approximation.padding,
      activationSigned: types.activation === 'int8' ? 1 : 0,
      weightSigned: types.weight === 'int8' ? 1 : 0,
      ...activation,
    };
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
    const readerBounds = this.#indexBounds(reader);
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
  #read(layer: LinearLayer, type: OperandType, context: LoweringContext): Codes {
    const codes = this.#codes.get(codesKey(layer, type)) as Codes;
    if (codes.tensor !== undefined) return codes;
    const { builder } = context;
    const x = builder.view(context.value(codes.value), codes.shape, codes.value);
    const { lo, hi } = this.#indexBounds(codes);
    const signed = type === 'int8' ? 1 : 0;
    if (this.approximation.qmethod.mode === 'static') {
      codes.qparams = this.#qparamsConstant(this.#staticQParams(codes), codes, context);
    } else {
      const batch = context.shape(codes.value)[0];
      const sets = this.approximation.qmethod.activation === 'sample' ? batch : 1;
      codes.qparams = builder.tensor('f32', [sets, 2], `${codes.value} qparams`);
      builder.op('Range', layer.node.name, [x], [codes.qparams], {
        signed,
        bits: this.approximation.activationBits,
      });
    }
    codes.tensor = builder.tensor('u8', withHalo(codes.shape, codes.halo), `${codes.value} codes`);
    builder.op('Quantize', layer.node.name, [x, codes.qparams], [codes.tensor], {
      halo: codes.halo,
      signed,
      lo,
      hi,
    });
    return codes;
  }

  /** The one reader that can take the output as codes: requantization is then part of the epilogue. */
  #requantizeTo(
    output: string,
    shape: readonly number[],
    onlyLayers: (value: string) => boolean,
  ): Codes | undefined {
    if (this.approximation.qmethod.mode !== 'static' || !onlyLayers(output)) return undefined;
    const readers = [...this.#codes.values()].filter((codes) => codes.value === output);
    if (readers.length !== 1 || readers[0].shape.some((size, axis) => size !== shape[axis])) return undefined;
    return readers[0];
  }

  #staticQParams(codes: Codes): QParams {
    const range = this.approximation.ranges.get(codes.value);
    if (range === undefined) {
      throw new UserError(`the calibration has no range for '${codes.value}'; calibrate this model again`);
    }
    const { activationBits, fullRange } = this.approximation;
    return qparamsFromRange(range, codes.type, activationBits, { fullRange, name: codes.value });
  }

  #qparamsConstant(qparams: QParams, codes: Codes, context: LoweringContext): TensorId {
    const data = Float32Array.of(qparams.scale, qparams.zeroPoint);
    return context.builder.constant(data, [1, 2], `${codes.value} qparams`);
  }

  /** Smallest and largest operand index among the codes. */
  #indexBounds(codes: Codes): { lo: number; hi: number } {
    const { lo, hi } = codeRange(codes.type, this.approximation.activationBits, this.approximation.fullRange);
    const first = firstOperand(codes.type, TABLE_BITS);
    return { lo: (codes.nonNegative ? 0 : lo) - first, hi: hi - first };
  }
}

function codesKey(layer: LinearLayer, type: OperandType): string {
  // A value that is read both as an image and as rows has codes of each shape.
  return `${layer.input}\n${type}\n${layer.inputShape.join('x')}`;
}

function largest(a: Halo, b: Halo): Halo {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function withHalo([n, c, h, w]: readonly number[], [top, left, bottom, right]: Halo): number[] {
  return [n, c, top + h + bottom, left + w + right];
}
