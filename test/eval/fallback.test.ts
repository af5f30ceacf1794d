import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { approximate } from '../../src/eval/approximate.js';
import { calibrate } from '../../src/eval/calibrate.js';
import { evaluate, type LabelledBatch } from '../../src/eval/evaluate.js';
import { loadModel } from '../../src/eval/model.js';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { f32, float, modelBytes, node, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const BATCH = 4;
const SIZE = 2 * 6 * 6;

/** Approximate layers before, between and after ops that the engine does not have. */
const bytes = modelBytes({
  inputs: { x: ['N', 2, 6, 6] },
  initializers: {
    w1: f32([3, 2, 3, 3]),
    w2: f32([2, 3, 3, 3], ramp(54, 2)),
    scales: f32([4], [1, 1, 2, 2]),
    mix: f32([2, 2], [1, -0.5, 0.25, 1]),
    v: f32([128, 5], ramp(640, 3)),
  },
  nodes: [
    node('Conv', ['x', 'w1'], ['c1'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
    node('Erf', ['c1'], ['e']),
    node('Conv', ['e', 'w2'], ['c2'], {}, { name: 'second' }),
    node('Resize', ['c2', '', 'scales'], ['r'], { mode: 'nearest' }),
    node('Relu', ['r'], ['p']),
    node('Einsum', ['p', 'mix'], ['m'], { equation: 'nchw,cd->ndhw' }),
    node('Flatten', ['m'], ['f']),
    node('MatMul', ['f', 'v'], ['d'], {}, { name: 'third' }),
    node('ThresholdedRelu', ['d'], ['y'], { alpha: float(0.01) }),
  ],
  outputs: ['y'],
});
const file = join(folder, 'fallback.onnx');
writeFileSync(file, bytes);

async function* batches(samples: number): AsyncGenerator<LabelledBatch> {
  for (let first = 0; first < samples; first += BATCH) {
    const count = Math.min(BATCH, samples - first);
    yield { first, count, input: ramp(count * SIZE, first + 1), labels: new Int32Array(count) };
  }
}

async function scoresOf(floatLayers: boolean) {
  const model = await approximate(await loadModel(file), exactMultiplier('int8', 'int8'), {
    batch: BATCH,
    layers: floatLayers ? [{ pattern: '*', multiplier: 'float' }] : [],
  });
  const calibrated = await calibrate(model, batches(8), { threads: 1 });
  const scores: number[] = [];
  const evaluation = await evaluate(calibrated, batches(10), {
    threads: 1,
    onBatch: (_batch, outputs) => scores.push(...outputs),
  });
  return { scores, evaluation, model };
}

async function expectedScores(): Promise<number[]> {
  const scores: number[] = [];
  for await (const { input, count } of batches(10)) {
    const results = await runOnnx(bytes, { x: f32([count, 2, 6, 6], input) });
    scores.push(...Array.from(results.y!.data, Number));
  }
  return scores;
}

describe('ops that the engine lacks', () => {
  test('run through onnxruntime: in float32 the scores are those of onnxruntime', async () => {
    const { scores, evaluation } = await scoresOf(true);
    assert.deepEqual([...evaluation.fallbackOps], ['Einsum', 'Erf', 'Resize', 'ThresholdedRelu']);
    const expected = await expectedScores();
    assert.ok(expected.some((score) => score !== 0));
    assert.ok(relativeError(scores, expected) < 1e-5);
  });

  test('the layers before, between and after them are approximated', async () => {
    const { scores, evaluation, model } = await scoresOf(false);
    assert.deepEqual(
      model.assignments.map(({ node: { name }, slot }) => [name, slot]),
      [
        ['first', 0],
        ['second', 0],
        ['third', 0],
      ],
    );
    const error = relativeError(scores, await expectedScores());
    assert.ok(error > 1e-4, 'quantization leaves its trace');
    assert.ok(error < 0.1, `${error}`);
    for (const name of ['first', 'second', 'third']) assert.equal(evaluation.noise.get(name)?.exact, 'inf');
  });
});
