import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon } from '../../src/engine/addon.js';
import type { Plan } from '../../src/engine/plan.js';
import type { Tensor } from '../../src/onnx/graph.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import { singleOpPlan } from '../support/native_op.js';
import { relativeError } from '../support/onnxruntime.js';
import { trainingPlan } from '../support/training_op.js';
import { ops } from './ops_outputs.js';
import { trainingOps } from './training_ops.js';

/** Ops that fold in the CPU engine's order, and whose functions are the same code. */
const sameBits: ReadonlySet<string> = new Set([
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'MaxPoolGradient',
  'AveragePoolGradient',
  'GlobalMaxPoolGradient',
  'ReduceMean',
  'ReduceSum',
  'BatchNormalizationTraining',
  'BatchNormalizationTrainingGradient',
  'BatchNormalizationGradient',
  'Softmax',
  'SoftmaxGradient',
  'LogSoftmaxGradient',
  'LRN',
  'LRNGradient',
]);

/** Ops that take the logarithm of the device. */
const nearlySame: ReadonlySet<string> = new Set(['LogSoftmax', 'SoftmaxCrossEntropy']);

async function bothEngines(plan: Plan, inputs: readonly (Tensor | undefined)[]) {
  const feeds = inputs.flatMap((input) => (input === undefined ? [] : [input.data as Float32Array]));
  return [await loadAddon().createPlan(plan).run(feeds), await createTestPlan(plan).run(feeds)] as const;
}

describe('the CUDA engine gives what the CPU engine gives', { skip: !ON_CUDA }, () => {
  const cases = [
    ...ops.map((op) => ({ type: op.type, inputs: op.inputs, plan: singleOpPlan(op) })),
    ...trainingOps.map((op) => ({ type: op.type, inputs: op.inputs, plan: trainingPlan(op) })),
  ];
  for (const [i, { type, inputs, plan }] of cases.entries()) {
    if (sameBits.has(type)) {
      test(`${type} (${i}), bit by bit`, async () => {
        const [expected, actual] = await bothEngines(plan, inputs);
        const bytes = (outputs: readonly Float32Array[]) =>
          outputs.map((output) => Buffer.from(output.buffer, output.byteOffset, output.byteLength));
        assert.deepEqual(bytes(actual), bytes(expected));
      });
    } else if (nearlySame.has(type)) {
      test(`${type} (${i}), to the last digits`, async () => {
        const [expected, actual] = await bothEngines(plan, inputs);
        for (const [k, output] of actual.entries()) assert.ok(relativeError(output, expected[k]!) < 1e-6);
      });
    }
  }
});
