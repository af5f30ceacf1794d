import { hasOutputsFirst, type LinearLayer } from '../../engine/linear_layer.js';
import type { Approximation } from '../../engine/lower/approximation.js';
import { type Codes, SharedCodes, signedOf } from '../../engine/lower/codes.js';
import type { LoweringContext } from '../../engine/lower/context.js';
import { constantWeights, lutConvAttributes, weightShape } from '../../engine/lower/lut_layer.js';
import type { TensorId } from '../../engine/plan.js';
import type { PlanBuilder } from '../../engine/plan_builder.js';
import type { Node } from '../../onnx/graph.js';
import type { FoldedNode } from '../../onnx/unfold/folded_nodes.js';
import { ChannelArithmetic, isConstant, type Values } from './channel_values.js';
import { dependents } from './differentiate.js';
import { foldIntoLayer, type WeightsAndBias } from './fold_into_layer.js';
import { type PlanInputs, type PlanStates, RANGE } from './plan_tensors.js';

export interface LayerLoweringOptions {
  readonly approximation: Approximation;
  /** With their LUT slots. */
  readonly layers: ReadonlyMap<LinearLayer, number>;
  /** Nodes that become part of a layer, by its node. */
  readonly folded: ReadonlyMap<Node, readonly FoldedNode[]>;
  /** Values that are never negative. */
  readonly nonNegative: ReadonlySet<string>;
  /** Trained constants, as states of the plan. */
  readonly trained: ReadonlyMap<string, TensorId>;
  /** Whether the ranges of mode 'static' are moving averages; else they stay as they are. */
  readonly track: boolean;
  readonly states: PlanStates;
  readonly inputs: PlanInputs;
}

/**
 * Lowers approximate layers in training: weights that are trained are quantized in the plan, from float32; activation
 * ranges of mode 'static' are states. All that the backward pass needs of a layer's input are codes and a mask.
 */
export class TrainingLayers {
  readonly #options: LayerLoweringOptions;
  readonly #codes: SharedCodes;

  constructor(options: LayerLoweringOptions) {
    this.#options = options;
    this.#codes = new SharedCodes(options.approximation, options.layers, options.nonNegative);
  }

  lower(layer: LinearLayer, context: LoweringContext): void {
    const { approximation, layers } = this.#options;
    const { builder } = context;
    const slot = layers.get(layer) as number;
    const codes = this.#read(layer, slot, context);
    const folded = this.#options.folded.get(layer.node) ?? [];
    const { weights, bias } = this.#folded(layer, folded, context);
    const quantized = this.#quantized(layer, slot, weights, builder);
    const shape = context.shape(layer.output);
    const { activation, output } = context.fuseActivation(folded.at(-1)?.node ?? layer.node);
    const id = builder.tensor('f32', layer.outputShape, output);
    const inputs = [codes.tensor as TensorId, codes.qparams as TensorId, ...quantized, bias];
    const attributes = { ...lutConvAttributes(layer, slot, codes, approximation), ...activation };
    builder.op('LutConv', layer.node.name, inputs, [id], attributes);
    context.define(output, builder.view(id, shape, output));
  }

  /** The codes that a layer reads, quantized on first use, with a mask where a gradient is to pass. */
  #read(layer: LinearLayer, slot: number, context: LoweringContext): Codes {
    const { approximation, trained } = this.#options;
    const codes = this.#codes.of(layer, approximation.slots[slot].activation);
    if (codes.tensor !== undefined) return codes;
    const { builder } = context;
    const { name } = layer.node;
    const value = context.value(codes.value);
    const x = builder.view(value, codes.shape, codes.value);
    codes.qparams =
      approximation.qmethod.mode === 'static'
        ? this.#rangeQParams(codes, name, x, builder)
        : this.#codes.range(builder, codes, name, x, context.shape(codes.value)[0]);
    const isTrained = dependents(builder, builder.ops, [...trained.values()]).has(builder.root(x));
    const mask = isTrained
      ? builder.tensor('u8', [Math.ceil(builder.size(x) / 8)], `${codes.value} mask`)
      : undefined;
    this.#codes.quantize(builder, codes, name, x, mask);
    return codes;
  }

  /** (scale, zero point) of the range that the value's state holds. */
  #rangeQParams(codes: Codes, node: string, x: TensorId, builder: PlanBuilder): TensorId {
    const { approximation, track, states, inputs } = this.#options;
    const key = `${RANGE}${codes.value}`;
    const isNew = !states.has(key);
    const range = states.id(key, [2], () => {
      const { min, max } = this.#codes.calibrated(codes.value);
      return Float32Array.of(min, max);
    });
    if (track && isNew) builder.op('TrackRange', node, [x, range, inputs.id('rangeMomentum')], [range]);
    const qparams = builder.tensor('f32', [1, 2], `${codes.value} qparams`);
    builder.op('RangeQParams', node, [range], [qparams], {
      signed: signedOf(codes.type),
      bits: approximation.activationBits,
    });
    return qparams;
  }

  /** All that the layer computes with, and its bias as a tensor; −1 where there is none. */
  #folded(
    layer: LinearLayer,
    folded: readonly FoldedNode[],
    { builder, graph }: LoweringContext,
  ): { weights: Values; bias: TensorId } {
    const [channels] = layer.outputShape.slice(1);
    const arithmetic = new ChannelArithmetic(builder, layer.node.name, channels);
    const own = { weights: this.#weights(layer, builder), bias: this.#bias(layer, builder) };
    const biasTensor = (bias: Values) => arithmetic.tensor(bias, [channels]);
    if (folded.length === 0) return { ...own, bias: own.bias === undefined ? -1 : biasTensor(own.bias) };
    const unfolded: WeightsAndBias = { ...own, bias: own.bias ?? new Float64Array(channels) };
    const { trained } = this.#options;
    const { weights, bias } = foldIntoLayer(unfolded, weightShape(layer), folded, graph, trained, arithmetic);
    return { weights, bias: biasTensor(bias) };
  }

  /** Indices, scales and zero points. */
  #quantized(layer: LinearLayer, slot: number, weights: Values, builder: PlanBuilder): TensorId[] {
    const { approximation } = this.#options;
    if (isConstant(weights)) {
      return constantWeights(builder, { ...layer, weights: Float32Array.from(weights) }, slot, approximation);
    }
    const { name } = layer.node;
    const shape = weightShape(layer);
    const outputs = shape[0];
    const indices = builder.tensor('u8', shape, `${name} weights`);
    const scales = builder.tensor('f32', [outputs], `${name} weight scales`);
    const zeroPoints = builder.tensor('i32', [outputs], `${name} weight zero points`);
    builder.op('QuantizeWeights', name, [weights], [indices, scales, zeroPoints], {
      signed: signedOf(approximation.slots[slot].weight),
      bits: approximation.weightBits,
      granularity: approximation.qmethod.weight,
    });
    return [indices, scales, zeroPoints];
  }

  /** Output channels first. */
  #weights(layer: LinearLayer, builder: PlanBuilder): Values {
    const [, constant] = layer.node.inputs;
    const state = this.#options.trained.get(constant);
    if (state === undefined) return Float64Array.from(layer.weights);
    const rows = hasOutputsFirst(layer.node) ? state : transposed(builder, state, layer.node.name);
    return builder.view(rows, weightShape(layer), constant);
  }

  /** One value per output channel; undefined where there is none. */
  #bias({ node, bias, outputShape }: LinearLayer, builder: PlanBuilder): Values | undefined {
    if (bias === undefined) return undefined;
    const name = node.inputs[2];
    const shape = [outputShape[1]];
    const state = this.#options.trained.get(name);
    if (state === undefined) return Float64Array.from(bias);
    if (builder.size(state) === shape[0]) return builder.view(state, shape, name);
    const id = builder.tensor('f32', shape, name);
    builder.op('Expand', node.name, [builder.view(state, [1], name)], [id], { scale: 1 });
    return id;
  }
}

function transposed(builder: PlanBuilder, matrix: TensorId, node: string): TensorId {
  const [rows, columns] = builder.shape(matrix);
  const id = builder.tensor('f32', [columns, rows], `${builder.name(matrix)} transposed`);
  builder.op('Transpose', node, [matrix], [id], { perm: [1, 0] });
  return id;
}
