import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import { pairedInterval } from '../../src/eval/statistics.js';
import { InterruptedError } from '../../src/util/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { bench, calibrate, demoModel, quick, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const lut = shipped('broken_array9_int8');

/** Top-1 with the table in one layer, exact products in the others. */
async function alone(layer: string, table: string, others: readonly string[]): Promise<number> {
  const { results } = await runEval({
    ...{ model: demoModel, lut: 'exact', overrides: {}, threads: 1, seed: 1, calibrate },
    ...{ baselines: { float: false, exact: false }, confusion: false, perClass: false, partial: false },
    ...quick,
    layers: [{ pattern: layer, lut: table }, ...others.map((pattern) => ({ pattern, lut: 'float' }))],
  });
  return results.approx.top1;
}

describe('sensitivity', () => {
  test('is each layer alone approximate, all others exact', async () => {
    const report = await bench({ multipliers: [lut], sensitivity: true });
    const { sensitivity, layers, exact, samples } = report.entries[0]!;
    assert.deepEqual(
      sensitivity!.map(({ layer, macs }) => ({ layer, macs })),
      layers.map(({ layer, macs }) => ({ layer, macs })),
    );
    for (const { layer, top1, drop, dropInterval } of sensitivity!) {
      assert.equal(top1, await alone(layer, lut, []), layer);
      assert.equal(drop, exact!.top1 - top1);
      // The interval is of the same images: at least as wide as if all that differ had been lost.
      const lost = Math.round(drop * samples);
      const [low, high] = pairedInterval(Math.max(lost, 0), Math.max(-lost, 0), samples);
      assert.ok(dropInterval[0] <= low + 1e-12 && dropInterval[1] >= high - 1e-12);
    }
  });

  test('takes for each layer the table that it is assigned, and leaves float ones out', async () => {
    const other = shipped('truncated4_int8');
    const assignments = [{ name: 'mixed', 'skip-first': true, layer: { '/9/*': other } }];
    const report = await bench({ multipliers: [lut], assignments, sensitivity: true });
    const { sensitivity, layers } = report.entries[0]!;
    const first = layers[0]!.layer;
    assert.deepEqual(
      sensitivity!.map(({ layer }) => layer),
      layers.slice(1).map(({ layer }) => layer),
    );
    for (const { layer, top1 } of sensitivity!) {
      assert.equal(top1, await alone(layer, layer.startsWith('/9/') ? other : lut, [first]), layer);
    }
  });

  test('is known of chosen entries alone, and not without exact products to compare with', async () => {
    const multipliers = [lut, 'exact'];
    const chosen = await bench({
      multipliers,
      entries: [{ match: { multiplier: 'exact' }, sensitivity: true }],
    });
    assert.deepEqual(
      chosen.entries.map(({ sensitivity }) => sensitivity === null),
      [true, false],
    );
    assert.ok(chosen.entries[1]!.sensitivity!.every(({ drop }) => drop === 0));
    const bare = await bench({ multipliers, sensitivity: true, baselines: [] });
    assert.equal(bare.entries[0]!.sensitivity, null);
  });

  test('that was stopped goes on with the layers that are missing', async () => {
    const cache = join(folder, 'cache');
    const controller = new AbortController();
    let passes = 0;
    const report = bench(
      { multipliers: [lut], sensitivity: true },
      { cache },
      {
        signal: controller.signal,
        onProgress: ({ phase, images }) => {
          if (phase === 'sensitivity' && images === quick.limit) passes += 1;
          if (passes === 3) controller.abort(new InterruptedError());
        },
      },
    );
    await assert.rejects(report, InterruptedError);
    const again: number[] = [];
    const rest = await bench(
      { multipliers: [lut], sensitivity: true },
      { cache },
      { onProgress: ({ phase, images }) => phase === 'sensitivity' && again.push(images) },
    );
    const missing = again.filter((images) => images === quick.limit).length;
    assert.ok(missing > 0 && missing <= 3, String(missing));
    const whole = await bench({ multipliers: [lut], sensitivity: true });
    assert.deepEqual(rest.entries[0]!.sensitivity, whole.entries[0]!.sensitivity);
  });

  test('of a network without an approximate layer is empty', async () => {
    const assignments = [{ name: 'none', layer: { '*': 'float' } }];
    const report = await bench({ multipliers: [lut], assignments, sensitivity: true });
    assert.deepEqual(report.entries[0]!.sensitivity, []);
    assert.equal(report.entries[0]!.drop.exact, 0);
  });
});
