/**
 * Times training steps of ResNet-20 in this process: arguments are model, data, table, threads and 'compare' or
 * 'alone'.
 */

import { openFloatBaseline } from '../src/eval/scorer.js';
import type { TrainingNetwork } from '../src/train/plan/training_network.js';
import { inTurn } from './measure.js';
import { PytorchStep } from './pytorch_step.js';
import { ESTIMATORS, profileByType, trainingSetup } from './training_setup.js';

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
const setup = await trainingSetup(file, spec, table, BATCH, { threads });

const networks = new Map<string, TrainingNetwork>();
for (const estimator of mode === 'alone' ? (['ste'] as const) : ESTIMATORS) {
  networks.set(estimator, await setup.open(estimator));
}
const sides: Record<string, () => Promise<unknown>> = {};
for (const [estimator, network] of networks) {
  let count = 0;
  sides[estimator] = () => network.run(setup.steps[count++ % setup.steps.length]);
}
const pytorch = mode === 'compare' ? await PytorchStep.open(threads, BATCH) : undefined;
if (mode === 'compare') {
  const float = await openFloatBaseline(setup.bound, { threads });
  sides.onnxruntime = () => float.run(setup.steps[0].images);
  if (pytorch !== undefined) sides.pytorch = () => pytorch.run();
}
const seconds = await inTurn(sides, ROUNDS);
pytorch?.close();

const result: TrainingTimes = {
  seconds,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  profile: Object.fromEntries(
    [...networks].map(([name, network]) => [name, profileByType(network, ROUNDS + 1)]),
  ),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
