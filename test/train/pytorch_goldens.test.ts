/** Whole trainings equal those that PyTorch ran; see test/training_goldens/README.md. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';
import { TrainingGolden } from '../support/training_golden.js';

const folder = packagePath('test', 'fixtures', 'training');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));

/** Of losses and norms. */
const RELATIVE = 2e-6;
/**
 * Of states, as a part of the largest move in the tensor. PyTorch's own float32 runs end within 4e-5 of it from its
 * float64 runs: moves are some thousandths, and a parameter is rounded to 24 bits with each.
 */
const OF_MOVE = 5e-5;

function largest(values: Float32Array, minus: Float32Array): number {
  assert.equal(values.length, minus.length);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - minus[i])), 0);
}

describe('training as in PyTorch', () => {
  for (const name of names)
    test(name, async () => {
      const golden = new TrainingGolden(name);
      const network = await golden.network(2);
      const start = network.states();
      for (const [run, step] of golden.steps().entries()) {
        const { loss, gradientNorm, correct } = await network.run(step);
        const expected = golden.file.runs[run];
        assert.ok(
          Math.abs(loss / expected.loss - 1) < RELATIVE,
          `run ${run}: loss ${loss}, PyTorch ${expected.loss}`,
        );
        assert.ok(
          Math.abs(gradientNorm / expected.gradientNorm - 1) < RELATIVE,
          `run ${run}: gradient norm ${gradientNorm}, PyTorch ${expected.gradientNorm}`,
        );
        assert.equal(correct, expected.correct, `run ${run}`);
      }
      const states = network.states();
      for (const [key, expected] of golden.final()) {
        const values = states.get(key);
        assert.ok(values !== undefined, key);
        const move = largest(expected, start.get(key) as Float32Array);
        const error = largest(values, expected);
        assert.ok(error <= OF_MOVE * move, `${key}: off by ${error}, where PyTorch moved it by ${move}`);
      }
      const compared = [...states.keys()].filter((key) =>
        /^(parameter|average|statistics|range)\//.test(key),
      );
      assert.deepEqual(compared.sort(), [...golden.final().keys()].sort());
    });

  test('the goldens are small', () => {
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    assert.ok(Math.max(...sizes) < 50_000 && sizes.reduce((sum, size) => sum + size, 0) < 400_000);
  });
});
