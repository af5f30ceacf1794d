/** Times ResNet-20 in this process: arguments are model, data, operand type, threads and 'compare' or 'alone'. */

import { openDataset } from '../src/data/open.js';
import { approximate, openNetwork } from '../src/eval/approximate.js';
import { calibrate } from '../src/eval/calibrate.js';
import { loadModel } from '../src/eval/model.js';
import { choosePreprocess, modelBatches } from '../src/eval/samples.js';
import { openFloatBaseline } from '../src/eval/scorer.js';
import { exactMultiplier } from '../src/multiplier/create.js';
import type { OperandType } from '../src/multiplier/multiplier.js';
import { inTurn } from './measure.js';

/** Seconds per batch, and peak resident memory of the process. */
export interface ResNetTimes {
  readonly approximate: readonly number[];
  readonly float: readonly number[];
  readonly peakMegabytes: number;
}

const ROUNDS = 15;
const BATCH = 128;

const [file, spec, type, threadsText, mode] = process.argv.slice(2);
const threads = Number(threadsText);
const operand = type as OperandType;
// Any table of 16-bit products costs the same; the exact one needs no file.
const multiplier = exactMultiplier(operand, operand);
const uncalibrated = await approximate(await loadModel(file), multiplier, { batch: BATCH });
const { bound } = uncalibrated;
const dataset = await openDataset(spec);
const preprocess = await choosePreprocess(
  { preprocess: 'cifar10-imagenet-stats', overrides: {} },
  bound.model,
  dataset,
  bound.input.shape,
);
const model = await calibrate(uncalibrated, modelBatches(bound, dataset, preprocess, BATCH), { threads });
const network = await openNetwork(model, 'approximate', { threads });
const inputs: Float32Array[] = [];
for await (const batch of modelBatches(bound, dataset, preprocess, BATCH)) inputs.push(batch.input);
const feed = new Map([[bound.input.name, inputs[0]]]);
const pass = () => network.run(feed);
const float = mode === 'compare' ? await openFloatBaseline(bound, { threads }) : undefined;
const times = await inTurn(
  { approximate: pass, ...(float === undefined ? {} : { float: () => float.run(inputs[0]) }) },
  ROUNDS,
);
if (process.env.APPROXTORCH_BENCH_PROFILE) {
  const byType = new Map<string, number>();
  for (const op of network.profile()) byType.set(op.type, (byType.get(op.type) ?? 0) + op.seconds);
  for (const [op, seconds] of byType)
    process.stderr.write(`${op} ${((seconds / (ROUNDS + 1)) * 1e3).toFixed(2)} ms\n`);
}
const result: ResNetTimes = {
  approximate: times.approximate,
  float: times.float ?? [],
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
