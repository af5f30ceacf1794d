import type { TensorId } from '../../../engine/plan.js';
import { emit, type Gradient } from './gradient.js';
import { addBiasGradient } from './linear.js';

/**
 * An approximate layer. Its gradients go past Quantize and QuantizeWeights, to the float32 values that these
 * quantized: codes have no gradient of their own.
 */
const lutConv: Gradient = (op, context) => {
  const { builder, gradient } = context;
  const [codes, qparams, indices, scales, zeroPoints, bias] = op.inputs;
  const { strides, pads, dilations, group, halo, padding, activationSigned, weightSigned } = op.attributes;
  const window = { strides, pads, dilations, group, halo };
  const tables = context.lut(op.attributes.lut as number);
  if (context.needs(codes)) {
    const {
      inputs: [x],
      outputs: [, mask],
    } = context.producer(codes);
    const inputs = [gradient, indices, scales, zeroPoints, tables.activation, mask];
    const isMatrix = builder.shape(tables.activation).length === 2;
    if (isMatrix) inputs.push(codes);
    context.add(x, emit(context, op, 'LutConvInputGradient', inputs, builder.shape(x), window));
  }
  if (context.needs(indices)) {
    const w: TensorId = context.producer(indices).inputs[0];
    const inputs = [gradient, codes, qparams, tables.weight, w, indices, scales, zeroPoints];
    context.add(
      w,
      emit(context, op, 'LutConvWeightGradient', inputs, builder.shape(w), {
        ...window,
        padding,
        activationSigned,
        weightSigned,
        weightLo: tables.weightLo,
        weightHi: tables.weightHi,
      }),
    );
  }
  addBiasGradient(op, context, bias);
};

export const lutLayerGradients: Readonly<Record<string, Gradient>> = { LutConv: lutConv };
