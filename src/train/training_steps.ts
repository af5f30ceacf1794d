import { augmented } from '../data/augment.js';
import { selection } from '../data/selection.js';
import { OutOfDeviceMemory } from '../engine/create_plan.js';
import { approximationOf, slotsOf } from '../eval/approximate.js';
import { modelBatches } from '../eval/samples.js';
import type { Graph } from '../onnx/graph.js';
import type { Range } from '../quant/qparams.js';
import type { Releasable } from '../util/release.js';
import { evaluationRanges, trainingRanges } from './dropout_ranges.js';
import type { LoopOptions, TrainedNetwork } from './loop.js';
import { epochOrder, stepsPerEpoch } from './order.js';
import { TrainingNetwork, type TrainingNetworkOptions } from './plan/training_network.js';
import type { Prepared } from './prepare.js';
import type { FinetuneSettings } from './settings.js';
import { randomFor } from './streams.js';

/** Network, sizes and images of a training's steps, as the loop takes them. */
interface TrainingSteps
  extends Releasable,
    Pick<LoopOptions, 'network' | 'stepsPerEpoch' | 'accumulate' | 'microBatch' | 'batches'> {}

/**
 * @param ranges that activations begin with, as an evaluation has them
 * @throws UserError naming every node that cannot be trained through
 */
export function trainingSteps(
  settings: FinetuneSettings,
  { start, gradients, data }: Prepared,
  ranges: ReadonlyMap<string, Range>,
): TrainingSteps {
  const { model, parameters, accumulate } = start;
  const { bound } = model;
  const batch = accumulate * bound.batch;
  const layers = slotsOf(model.assignments);
  const inputs = [...layers.keys()].map(({ input }) => input);
  const network = createNetwork(settings, {
    graph: bound.graph,
    inputName: bound.input.name,
    outputName: bound.output.name,
    batch: bound.batch,
    layers,
    ...(gradients.length > 0 && {
      approximation: approximationOf({ ...model, ranges: trainingRanges(ranges, bound.graph, inputs) }),
    }),
    gradients,
    parameters,
    batchNorm: settings.batchNorm === 'train' ? 'train' : 'freeze',
    ranges: settings.ranges,
    loss: settings.loss,
    optimizer: settings.optimizer,
    ema: settings.ema,
    accumulate,
    seed: settings.seed,
    threads: settings.threads,
    device: settings.device,
    kernel: settings.kernel,
  });
  if (gradients.length > 0) {
    for (const [slot, multiplier] of model.multipliers.entries()) network.setMultiplier(slot, multiplier);
  }
  return {
    network: withEvaluationRanges(network, bound.graph),
    release: async () => network.release(),
    stepsPerEpoch: stepsPerEpoch(data.training.length, batch),
    accumulate,
    microBatch: bound.batch,
    batches: (epoch, firstStep) => {
      const order = epochOrder(data.training, batch, settings.seed, epoch).subarray(firstStep * batch);
      const randomOf = (index: number) => randomFor(settings.seed, 'augment', epoch, index);
      const images =
        data.augment === undefined ? data.images : augmented(data.images, data.augment, randomOf);
      return modelBatches(bound, selection(images, order), data.preprocess);
    },
  };
}

/** @throws UserError with smaller batches that make the same steps, where the device has too little memory */
function createNetwork(
  { batch, accumulate }: FinetuneSettings,
  options: TrainingNetworkOptions,
): TrainingNetwork {
  try {
    return TrainingNetwork.create(options);
  } catch (error) {
    if (!(error instanceof OutOfDeviceMemory) || batch === 1) throw error;
    const half = Math.ceil(batch / 2);
    throw error.advising(
      `; give --batch ${half} --accumulate ${2 * accumulate}, which makes steps of as many images`,
    );
  }
}

function withEvaluationRanges(network: TrainingNetwork, graph: Graph): TrainedNetwork {
  return {
    run: (step) => network.run(step),
    findNonFinite: (step) => network.findNonFinite(step),
    states: () => network.states(),
    restore: (states) => network.restore(states),
    constants: () => network.constants(),
    ranges: () => evaluationRanges(network.ranges(), graph),
  };
}
