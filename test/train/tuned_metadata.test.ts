import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finetuneSchema } from '../../src/config/finetune_schema.js';
import { toFinetuneSettings } from '../../src/config/finetune_settings.js';
import { parsePreprocess } from '../../src/data/preprocess.js';
import { readTunedModel } from '../../src/eval/tuned_model.js';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { type TunedFacts, tunedMetadata } from '../../src/train/tuned_metadata.js';

const flags = {
  model: 'net.onnx',
  lut: 'mult.txt',
  layer: ['fc=b.txt', 'conv1=float'],
  gradient: 'difference',
  'skip-first': true,
  'activation-bits': 6,
  epochs: 3,
  seed: 9,
};
const settings = (changes: Record<string, unknown> = {}) =>
  toFinetuneSettings(finetuneSchema.parse({ ...flags, ...changes }));

const [main, other] = [exactMultiplier('int8', 'uint8'), exactMultiplier('uint8', 'uint8')];
const facts: TunedFacts = {
  multipliers: {
    multiplier: main,
    layers: [
      { pattern: 'fc', multiplier: other },
      { pattern: 'conv1', multiplier: 'float' },
    ],
  },
  ranges: new Map([['x', { min: -0.1, max: Math.fround(2.7) }]]),
  preprocess: { scale: 1 / 255, mean: [0.5], std: [0.25], layout: 'nhwc', resize: [8, 9] },
  dataset: { spec: 'mnist/', name: 'mnist', split: 'test', shared: false },
};

function said(metadata: ReadonlyMap<string, string>) {
  return readTunedModel(metadata, 'tuned.onnx', (message) => assert.fail(message));
}

test('an evaluation reads what a retraining says', () => {
  const metadata = tunedMetadata(settings(), facts);
  assert.equal(metadata.get('approxtorch.dataset'), 'mnist/');
  assert.deepEqual(said(metadata), {
    approximation: {
      multiplier: { name: main.name, sha256: main.sha256, activation: 'int8', weight: 'uint8' },
      lutType: 'auto',
      layers: [
        { pattern: 'fc', lut: 'b.txt', sha256: other.sha256 },
        { pattern: 'conv1', lut: 'float' },
      ],
      skipFirst: true,
      skipLast: false,
      convOnly: false,
      qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
      weightBits: 8,
      activationBits: 6,
      fullRange: false,
      padding: 'lookup',
      ranges: facts.ranges,
    },
    gradient: 'difference, window 32',
    batchNorm: 'fold',
    epochs: 3,
    seed: 9,
    dataset: facts.dataset,
  });
});

test('the preprocessing is the one that was applied, without augmentation', () => {
  const preprocess = { ...facts.preprocess, augment: { pad: 4, flip: true } };
  const text = tunedMetadata(settings(), { ...facts, preprocess }).get('approxtorch.preprocess');
  assert.deepEqual(parsePreprocess(JSON.parse(text!), 'test'), facts.preprocess);
});

test('a model trained in float says so', () => {
  const float = toFinetuneSettings(finetuneSchema.parse({ model: 'net.onnx', lut: 'float' }));
  const metadata = tunedMetadata(float, { ...facts, multipliers: undefined, ranges: new Map() });
  assert.equal(said(metadata)?.approximation, null);
});
