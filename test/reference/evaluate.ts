/** Runs a whole model: in float32, for calibration, or with its layers under a multiplier. */
import {
  type ApproximateResult,
  approximateLayer,
  type QuantizedWeights,
  quantizeWeights,
} from './approximate.js';
import { floatLayer } from './float_layer.js';
import type { Multiplier } from './multiplier.js';
import type { Model } from './onnx.js';
import { compute } from './ops.js';
import { type Layer, prepare, type Step } from './prepare.js';
import { type QParams, qparamsOf, type Range, rangeOf } from './quantize.js';
import type { Tensor } from './tensor.js';

export interface Options {
  readonly mode: 'static' | 'dynamic';
  readonly activation: 'tensor' | 'sample';
  readonly weight: 'tensor' | 'channel';
  readonly activationBits: number;
  readonly weightBits: number;
  readonly padding: 'zero-point' | 'skip';
  /** Names of nodes that stay float32. */
  readonly skip: readonly string[];
}

export const defaults: Options = {
  mode: 'static',
  activation: 'tensor',
  weight: 'channel',
  activationBits: 8,
  weightBits: 8,
  padding: 'zero-point',
  skip: [],
};

/** What one layer saw and gave, handed to an observer. */
export interface LayerRun extends ApproximateResult {
  readonly activations: readonly QParams[];
  readonly weights: QuantizedWeights;
}

export interface Network {
  readonly model: Model;
  readonly steps: readonly Step[];
  readonly constants: ReadonlyMap<string, Tensor>;
}

export function networkOf(model: Model): Network {
  return { model, ...prepare(model) };
}

export function layersOf(network: Network): Layer[] {
  return network.steps.flatMap((step) => ('layer' in step ? [step.layer] : []));
}

/** Runs the steps over one batch; `runLayer` decides how a multiplying layer is computed. */
export function forward(
  network: Network,
  input: Tensor,
  runLayer: (layer: Layer, x: Tensor) => Tensor,
): Tensor {
  const values = new Map(network.constants);
  values.set(network.model.inputs[0]!.name, input);
  for (const step of network.steps) {
    if ('layer' in step) {
      values.set(step.layer.output, runLayer(step.layer, values.get(step.layer.input)!));
      continue;
    }
    const inputs = step.node.inputs.map((name) => values.get(name));
    values.set(step.node.outputs[0]!, compute(step.node, inputs, network.model.opset));
  }
  return values.get(network.model.outputs[0]!.name)!;
}

/** Float32 logits. */
export function floatForward(network: Network, input: Tensor): Tensor {
  return forward(network, input, floatLayer);
}

/** The range of every layer's input over `batches` of the float network, in the order of the layers. */
export function calibrate(network: Network, batches: Iterable<Tensor>): Map<Layer, Range> {
  const ranges = new Map<Layer, Range>();
  for (const batch of batches)
    forward(network, batch, (layer, x) => {
      const seen = ranges.get(layer);
      const { min, max } = rangeOf(x.data);
      ranges.set(layer, seen ? { min: Math.min(seen.min, min), max: Math.max(seen.max, max) } : { min, max });
      return floatLayer(layer, x);
    });
  return ranges;
}

/** A function from a batch to its logits under `multiplier`. `ranges` are needed for mode 'static'. */
export function approximateNetwork(
  network: Network,
  multiplier: Multiplier,
  options: Options,
  ranges: ReadonlyMap<Layer, Range>,
): (input: Tensor, observe?: (layer: Layer, run: LayerRun) => void) => Tensor {
  const weights = new Map(
    layersOf(network)
      .filter((layer) => !options.skip.includes(layer.node.name))
      .map((layer) => [layer, quantizeWeights(layer, multiplier, options.weightBits, options.weight)]),
  );
  const qparams = (range: Range) => qparamsOf(multiplier.activation, options.activationBits, range);
  const activationsOf = (layer: Layer, x: Tensor): QParams[] => {
    if (options.mode === 'static') return [qparams(ranges.get(layer)!)];
    if (options.activation === 'tensor') return [qparams(rangeOf(x.data))];
    const perSample = x.data.length / x.dims[0]!;
    return Array.from({ length: x.dims[0]! }, (_, n) =>
      qparams(rangeOf(x.data.subarray(n * perSample, (n + 1) * perSample))),
    );
  };
  return (input, observe) =>
    forward(network, input, (layer, x) => {
      const quantized = weights.get(layer);
      if (quantized === undefined) return floatLayer(layer, x);
      const activations = activationsOf(layer, x);
      const result = approximateLayer(layer, x, multiplier, quantized, activations, options.padding);
      observe?.(layer, { ...result, activations, weights: quantized });
      return result.y;
    });
}
