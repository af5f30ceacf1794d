import { arithmeticGradients } from './arithmetic.js';
import { elementwiseGradients } from './elementwise.js';
import type { Gradient } from './gradient.js';
import { layoutGradients } from './layout.js';
import { linearGradients } from './linear.js';
import { lutLayerGradients } from './lut_layer.js';
import { normalizationGradients } from './normalization.js';
import { reductionGradients } from './reduction.js';

/** The gradient of every op of the plan's vocabulary that has one. */
export const GRADIENTS: Readonly<Record<string, Gradient>> = {
  ...arithmeticGradients,
  ...elementwiseGradients,
  ...layoutGradients,
  ...linearGradients,
  ...lutLayerGradients,
  ...normalizationGradients,
  ...reductionGradients,
};

/** Ops whose results are indices: the layer that reads these passes the gradient on to what they quantized. */
export const QUANTIZERS: ReadonlySet<string> = new Set(['Quantize', 'QuantizeWeights']);

/** Ops whose results count as constant: quantization parameters have no gradient (numerics.md §4). */
export const CONSTANT_RESULTS: ReadonlySet<string> = new Set(['Range', 'TrackRange', 'RangeQParams']);
