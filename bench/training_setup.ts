import { openDataset } from '../src/data/open.js';
import type { EngineOptions } from '../src/engine/device.js';
import { approximate, approximationOf, slotsOf } from '../src/eval/approximate.js';
import { calibrate } from '../src/eval/calibrate.js';
import { loadModel } from '../src/eval/model.js';
import { choosePreprocess, modelBatches } from '../src/eval/samples.js';
import { loadMultiplier } from '../src/multiplier/load.js';
import { trainDefaults } from '../src/train/defaults.js';
import { gradientsOf } from '../src/train/estimator.js';
import { trainableParameters } from '../src/train/plan/parameters.js';
import { TrainingNetwork, type TrainingStep } from '../src/train/plan/training_network.js';

export const ESTIMATORS = ['ste', 'lre', 'difference'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** A model that is trained through an approximate multiplier, and two steps of it. */
export async function trainingSetup(
  file: string,
  spec: string,
  table: string,
  batch: number,
  engine: EngineOptions,
) {
  const { multiplier } = await loadMultiplier(table, { type: 'int8', order: 'aw' });
  const uncalibrated = await approximate(await loadModel(file), multiplier, { batch });
  const { bound } = uncalibrated;
  const dataset = { ...(await openDataset(spec)), length: 2 * batch };
  const choice = { preprocess: 'cifar10-imagenet-stats', overrides: {} };
  const preprocess = await choosePreprocess(choice, bound.model, dataset, bound.input.shape);
  const samples = () => modelBatches(bound, dataset, preprocess, dataset.length);
  const model = await calibrate(uncalibrated, samples(), engine);
  const steps: TrainingStep[] = [];
  for await (const { input, labels } of samples()) {
    steps.push({
      images: input,
      labels: Int32Array.from(labels),
      // So small that the network stays what it is: all steps cost the same.
      learningRate: 1e-5,
      rangeMomentum: trainDefaults.rangeMomentum,
      step: steps.length + 1,
      position: 0,
    });
  }
  const open = async (estimator: Estimator): Promise<TrainingNetwork> => {
    const { momentum, betas, weightDecay, clipNorm, labelSmoothing } = trainDefaults;
    const network = TrainingNetwork.create({
      ...engine,
      graph: bound.graph,
      inputName: bound.input.name,
      outputName: bound.output.name,
      batch,
      layers: slotsOf(model.assignments),
      approximation: approximationOf(model),
      gradients: [await gradientsOf(multiplier, { estimator })],
      parameters: trainableParameters(bound.graph, { trainOnly: [], biasOnly: false }),
      batchNorm: 'freeze',
      ranges: 'track',
      loss: { labelSmoothing },
      optimizer: { kind: 'sgd', nesterov: false, momentum, betas, weightDecay, clipNorm },
      accumulate: 1,
    });
    network.setMultiplier(0, multiplier);
    return network;
  };
  return { bound, steps, open };
}

/** Milliseconds of each type of op, in one of `runs`. */
export function profileByType(network: TrainingNetwork, runs: number): Record<string, number> {
  const byType: Record<string, number> = {};
  for (const { type, seconds } of network.profile()) {
    byType[type] = (byType[type] ?? 0) + (seconds * 1e3) / runs;
  }
  return byType;
}
