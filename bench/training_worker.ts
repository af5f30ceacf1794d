/**
 * Times training steps of ResNet-20 in this process: arguments are model, data, table, threads and 'compare' or
 * 'alone'.
 */

import { openDataset } from '../src/data/open.js';
import { approximate, approximationOf, slotsOf } from '../src/eval/approximate.js';
import { calibrate } from '../src/eval/calibrate.js';
import { loadModel } from '../src/eval/model.js';
import { choosePreprocess, modelBatches } from '../src/eval/samples.js';
import { openFloatBaseline } from '../src/eval/scorer.js';
import { loadMultiplier } from '../src/multiplier/load.js';
import { trainDefaults } from '../src/train/defaults.js';
import { gradientsOf } from '../src/train/estimator.js';
import { trainableParameters } from '../src/train/plan/parameters.js';
import { TrainingNetwork, type TrainingStep } from '../src/train/plan/training_network.js';
import { inTurn } from './measure.js';
import { PytorchStep } from './pytorch_step.js';

const ESTIMATORS = ['ste', 'lre', 'difference'] as const;

/** Seconds per step of each side; `pytorch` is left out where there is none. */
export interface TrainingTimes {
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  /** Of the process. */
  readonly peakMegabytes: number;
  /** Milliseconds per step by op type, for each estimator. */
  readonly profile: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const BATCH = 128;
const ROUNDS = 8;

const [file, spec, table, threadsText, mode] = process.argv.slice(2);
const threads = Number(threadsText);
const { multiplier } = await loadMultiplier(table, { type: 'int8', order: 'aw' });
const uncalibrated = await approximate(await loadModel(file), multiplier, { batch: BATCH });
const { bound } = uncalibrated;
const dataset = { ...(await openDataset(spec)), length: 2 * BATCH };
const choice = { preprocess: 'cifar10-imagenet-stats', overrides: {} };
const preprocess = await choosePreprocess(choice, bound.model, dataset, bound.input.shape);
const samples = () => modelBatches(bound, dataset, preprocess, dataset.length);
const model = await calibrate(uncalibrated, samples(), { threads });
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

async function training(estimator: (typeof ESTIMATORS)[number]): Promise<TrainingNetwork> {
  const { momentum, betas, weightDecay, clipNorm, labelSmoothing } = trainDefaults;
  const network = TrainingNetwork.create({
    graph: bound.graph,
    inputName: bound.input.name,
    outputName: bound.output.name,
    batch: BATCH,
    layers: slotsOf(model.assignments),
    approximation: approximationOf(model),
    gradients: [await gradientsOf(multiplier, { estimator })],
    parameters: trainableParameters(bound.graph, { trainOnly: [], biasOnly: false }),
    batchNorm: 'freeze',
    ranges: 'track',
    loss: { labelSmoothing },
    optimizer: { kind: 'sgd', nesterov: false, momentum, betas, weightDecay, clipNorm },
    accumulate: 1,
    threads,
  });
  network.setMultiplier(0, multiplier);
  return network;
}

const networks = new Map<string, TrainingNetwork>();
for (const estimator of mode === 'alone' ? (['ste'] as const) : ESTIMATORS) {
  networks.set(estimator, await training(estimator));
}
const sides: Record<string, () => Promise<unknown>> = {};
for (const [estimator, network] of networks) {
  let count = 0;
  sides[estimator] = () => network.run(steps[count++ % steps.length]);
}
const pytorch = mode === 'compare' ? await PytorchStep.open(threads, BATCH) : undefined;
if (mode === 'compare') {
  const float = await openFloatBaseline(bound, { threads });
  sides.onnxruntime = () => float.run(steps[0].images);
  if (pytorch !== undefined) sides.pytorch = () => pytorch.run();
}
const seconds = await inTurn(sides, ROUNDS);
pytorch?.close();

function profileOf(network: TrainingNetwork): Record<string, number> {
  const byType: Record<string, number> = {};
  for (const { type, seconds: time } of network.profile()) {
    byType[type] = (byType[type] ?? 0) + (time * 1e3) / (ROUNDS + 1);
  }
  return byType;
}

const result: TrainingTimes = {
  seconds,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  profile: Object.fromEntries([...networks].map(([name, network]) => [name, profileOf(network)])),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
