// The evaluation of `approxtorch eval`, step by step, with two multipliers on one calibration.
// Run it in the repository after `npm run build`: node docs/example.mjs
import { fileURLToPath } from 'node:url';
import {
  approximate,
  calibrate,
  choosePreprocess,
  evaluate,
  loadModel,
  loadMultiplier,
  modelBatches,
  openDataset,
} from 'approxtorch';

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const percent = (fraction) => `${(fraction * 100).toFixed(2)} %`;

// 1. A multiplier: operand types and index order are found by comparison with the exact product.
const { multiplier, warnings } = await loadMultiplier(here('luts/mitchell_int8.txt'));
for (const warning of warnings) console.error(warning);

// 2. A model, and which of its layers compute with which multiplier.
const model = await loadModel(here('models/lenet-digits.onnx'));
const uncalibrated = await approximate(model, multiplier, {
  batch: 100,
  skipFirst: true,
  layers: [{ pattern: '/13/*', multiplier: 'float' }],
});
for (const { node, slot, reason } of uncalibrated.assignments) {
  console.log(`${node.name}: ${slot === null ? `float (${reason})` : uncalibrated.multipliers[slot].name}`);
}

// 3. Data as the model takes them.
const { bound } = uncalibrated;
const train = await openDataset('synthetic-digits', { split: 'train' });
const test = await openDataset('synthetic-digits', { split: 'test' });
const preprocess = await choosePreprocess({ overrides: {} }, model, test, bound.input.shape);

// 4. Ranges of the layers' inputs, on 512 training samples.
const calibrated = await calibrate(uncalibrated, modelBatches(bound, train, preprocess, 512), {
  calibrator: 'minmax',
});

// 5. The evaluation, beside float32 and exact integers, on 1000 test samples.
const first = await evaluate(calibrated, modelBatches(bound, test, preprocess, 1000));
console.log(`float ${percent(first.float.top1)}, exact ${percent(first.exact.top1)}`);
console.log(`${multiplier.name}: ${percent(first.approx.top1)}, p = ${first.mcnemar.p.toPrecision(2)}`);

// 6. Another multiplier of the same operand types takes over the ranges; the baselines are known by now.
const { multiplier: other } = await loadMultiplier(here('luts/drum2_int8.txt'));
const second = await evaluate(
  { ...calibrated, multipliers: [other] },
  modelBatches(bound, test, preprocess, 1000),
  { baselines: { float: false, exact: false }, probeSamples: 0 },
);
console.log(`${other.name}: ${percent(second.approx.top1)}`);
