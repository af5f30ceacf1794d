import { quantizeWeights } from '../../quant/weights.js';
import type { LinearLayer } from '../linear_layer.js';
import type { PlanAttribute, TensorId } from '../plan.js';
import type { PlanBuilder } from '../plan_builder.js';
import type { Approximation } from './approximation.js';
import { type Codes, signedOf } from './codes.js';

/** [O, C/g, kh, kw] */
export function weightShape({ inputShape, outputShape, group, window }: LinearLayer): number[] {
  return [outputShape[1], inputShape[1] / group, ...window.kernel];
}

/** Constant weight indices, scales and zero points: inputs 2 to 4 of a LutConv. */
export function constantWeights(
  builder: PlanBuilder,
  layer: LinearLayer,
  slot: number,
  { slots, weightBits, qmethod }: Approximation,
): TensorId[] {
  const { name, inputs } = layer.node;
  const outputs = layer.outputShape[1];
  const weights = quantizeWeights(
    layer.weights,
    outputs,
    slots[slot].weight,
    weightBits,
    qmethod.weight,
    inputs[1],
  );
  return [
    builder.constant(weights.indices, weightShape(layer), `${name} weights`),
    builder.constant(weights.scales, [outputs], `${name} weight scales`),
    builder.constant(weights.zeroPoints, [outputs], `${name} weight zero points`),
  ];
}

/** Attributes of a LutConv that gives float32 results, without those of its activation. */
export function lutConvAttributes(
  layer: LinearLayer,
  slot: number,
  codes: Codes,
  { padding, slots }: Approximation,
): Record<string, PlanAttribute> {
  const { strides, pads, dilations } = layer.window;
  return {
    lut: slot,
    strides,
    pads,
    dilations,
    group: layer.group,
    halo: codes.halo,
    padding,
    activationSigned: signedOf(slots[slot].activation),
    weightSigned: signedOf(slots[slot].weight),
  };
}
