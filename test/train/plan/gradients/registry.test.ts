import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONSTANT_RESULTS, GRADIENTS, QUANTIZERS } from '../../../../src/train/plan/gradients/registry.js';
import { packagePath } from '../../../../src/util/paths.js';

/** Ops that only the backward pass, the loss and the optimizer consist of. */
const TRAINING = [
  'Accumulate',
  'ActivationGradient',
  'AdamUpdate',
  'AveragePoolGradient',
  'BatchNormalizationGradient',
  'BatchNormalizationTrainingGradient',
  'ConvInputGradient',
  'ConvWeightGradient',
  'EluGradient',
  'EmaUpdate',
  'GlobalMaxPoolGradient',
  'GradientNorm',
  'HardSigmoidGradient',
  'HardSwishGradient',
  'LRNGradient',
  'LeakyReluGradient',
  'LogSoftmaxGradient',
  'LutConvInputGradient',
  'LutConvWeightGradient',
  'MaxPoolGradient',
  'PReluGradient',
  'PadGradient',
  'SgdUpdate',
  'SigmoidGradient',
  'SliceGradient',
  'SoftmaxCrossEntropy',
  'SoftmaxGradient',
  'TanhGradient',
];

/** Names in the registries of the addon. */
function vocabulary(): string[] {
  const source = (...path: string[]) => readFileSync(packagePath('native', ...path), 'utf8');
  const listed = [...source('ops', 'registry.cc').matchAll(/\{"(\w+)", make\w+\}/g)];
  const added = [...source('lut', 'register.cc').matchAll(/registry\["(\w+)"\] =/g)];
  return [...listed, ...added].map(([, name]) => name!);
}

test('every op of the vocabulary is differentiable, or one of those that need not be', () => {
  const ops = vocabulary();
  assert.ok(ops.length > 60);
  const kinds = [Object.keys(GRADIENTS), [...QUANTIZERS], [...CONSTANT_RESULTS], TRAINING];
  const wrong = ops.filter((op) => kinds.filter((kind) => kind.includes(op)).length !== 1);
  assert.deepEqual(wrong, []);
  const unknown = kinds.flat().filter((op) => !ops.includes(op));
  assert.deepEqual(unknown, []);
});
