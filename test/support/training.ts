import type { Graph } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { optimize } from '../../src/onnx/passes/optimize.js';
import { bindBatch } from '../../src/onnx/shapes/bind_batch.js';
import { trainableParameters } from '../../src/train/plan/parameters.js';
import {
  TrainingNetwork,
  type TrainingNetworkOptions,
  type TrainingStep,
} from '../../src/train/plan/training_network.js';
import type { OptimizerSettings } from '../../src/train/settings.js';
import { type ModelDescription, modelBytes } from './onnx_builder.js';

/** The optimized graph of a model, for a batch size; its BatchNormalization and Dropout nodes stay. */
export async function trainingGraph(description: ModelDescription, batch: number): Promise<Graph> {
  const { graph } = loadModel(modelBytes(description), { file: 'm' });
  const { inputShapes } = bindBatch(graph, batch);
  return optimize(graph, { inputShapes, batchNorm: 'keep', dropout: 'keep' });
}

/** Its first velocity is the gradient. */
export const PLAIN_SGD: OptimizerSettings = {
  kind: 'sgd',
  momentum: 0,
  nesterov: false,
  betas: [0.9, 0.999],
  weightDecay: 0,
  clipNorm: Number.POSITIVE_INFINITY,
};

/** A network from 'x' to the first output that trains all parameters, in float32 unless the options say more. */
export function trainingNetwork(
  graph: Graph,
  batch: number,
  options: Partial<TrainingNetworkOptions> = {},
): TrainingNetwork {
  return TrainingNetwork.create({
    graph,
    inputName: 'x',
    outputName: graph.outputs[0]!.name,
    batch,
    layers: new Map(),
    gradients: [],
    parameters: trainableParameters(graph, { trainOnly: [], biasOnly: false }),
    batchNorm: 'freeze',
    ranges: 'track',
    loss: { labelSmoothing: 0 },
    optimizer: PLAIN_SGD,
    accumulate: 1,
    threads: 1,
    ...options,
  });
}

export function stepOf(
  images: Float32Array,
  labels: ArrayLike<number>,
  more: Partial<TrainingStep> = {},
): TrainingStep {
  return {
    images,
    labels: Int32Array.from(labels),
    learningRate: 1,
    rangeMomentum: 0,
    step: 1,
    position: 0,
    ...more,
  };
}

/** States whose names begin so, by the rest of the name. */
export function statesUnder(network: TrainingNetwork, prefix: string): Map<string, Float32Array> {
  const found = [...network.states()].filter(([key]) => key.startsWith(prefix));
  return new Map(found.map(([key, values]) => [key.slice(prefix.length), values]));
}
