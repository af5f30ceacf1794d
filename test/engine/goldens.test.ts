import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GoldenSpec } from '../reference/golden.js';
import { realSpecs, syntheticSpecs } from '../reference/specs.js';
import { goldenInput, goldenModel, readGolden } from '../support/golden.js';
import { checkAccumulators, checkInput, checkWeights, inputQParams } from '../support/golden_layer.js';
import { exactValues, layerValues, logitsOf } from '../support/golden_run.js';
import { relativeError } from '../support/onnxruntime.js';
import { needs, sharedData } from '../support/shared.js';

/** Of float32 sums in another order, relative to the largest logit. */
const TOLERANCE = 1e-5;

/** Batch and threads: as the golden was made, and in a way that must not matter. */
function waysOf({ batch, count, options }: GoldenSpec) {
  const rangePerBatch = options.mode === 'dynamic' && options.activation === 'tensor';
  const other = { batch: rangePerBatch ? batch : Math.min(4, count), threads: 2 };
  return count === 1 ? [other] : [{ batch, threads: 1 }, other];
}

async function check(spec: GoldenSpec, batch: number, threads: number): Promise<void> {
  const golden = readGolden(spec.name);
  const { model, layers } = await goldenModel(golden, batch);
  assert.equal(model.assignments.filter(({ slot }) => slot !== null).length, layers.length);
  const input = goldenInput(golden);
  const exact = exactValues(model);
  const values = await layerValues(model, input, threads);
  const sumsFitFloat = !(spec.multiplier.kind === 'generated' && spec.multiplier.table === 'extreme');
  for (const pair of layers) {
    const { layer } = pair.actual;
    const weights = checkWeights(model, pair);
    if (!exact.has(layer.input)) continue;
    const x = values.get(layer.input) as Float32Array;
    const qparams = inputQParams(golden, model, pair, x);
    checkInput(pair, x, qparams);
    const y = values.get(layer.output) as Float32Array;
    assert.equal(checkAccumulators(pair, y, qparams, weights), sumsFitFloat, layer.node.name);
  }

  const logits = await logitsOf(model, input, threads);
  const expected = golden.logits.flat();
  const { name, classes } = model.bound.output;
  if (exact.has(name)) assert.deepEqual([...logits], expected);
  else assert.ok(relativeError(logits, expected) <= TOLERANCE);
  const predicted = golden.predicted.map((_, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
  assert.deepEqual(predicted, golden.predicted);
}

describe('the engine computes the goldens of the slow reference', () => {
  for (const spec of [...syntheticSpecs, ...realSpecs]) {
    const options = spec.model.from === 'data' ? needs(sharedData(spec.model.file)) : {};
    for (const { batch, threads } of waysOf(spec)) {
      test(`${spec.name}, batch ${batch}, threads ${threads}`, options, () => check(spec, batch, threads));
    }
  }
});
