import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorDensity } from '../../../src/multiplier/analysis/error_density.js';
import { analysisCases, pairsOf } from './cases.js';

describe('the density of errors over exact products', () => {
  test('counts every pair in its bin, and means are those of a column', () => {
    for (const multiplier of analysisCases()) {
      const pairs = pairsOf(multiplier);
      const density = errorDensity(
        multiplier,
        Float64Array.from(pairs, ({ error }) => error),
        130,
        96,
      );
      const counted = new Uint32Array(density.columns * density.rows);
      const columns = Array.from({ length: density.columns }, () => [] as number[]);
      for (const { exact, error } of pairs) {
        const column = columns.findIndex((_, i) => {
          const from = density.firstProduct + i * density.columnWidth;
          return exact >= from && exact < from + density.columnWidth;
        });
        const row = Math.floor((error - density.firstError) / density.rowHeight);
        counted[row * density.columns + column]!++;
        columns[column]!.push(error);
      }
      assert.deepEqual(density.pairs, counted, multiplier.name);
      columns.forEach((errors, i) => {
        if (errors.length === 0) assert.ok(Number.isNaN(density.means[i]));
        else assert.equal(density.means[i], errors.reduce((a, b) => a + b, 0) / errors.length);
      });
    }
  });

  test('bins lie at multiples of powers of two, cover zero, and are no more than asked for', () => {
    for (const multiplier of analysisCases()) {
      const errors = Float64Array.from(pairsOf(multiplier), ({ error }) => error);
      const density = errorDensity(multiplier, errors, 40, 10);
      assert.ok(density.columns <= 40 && density.rows <= 10);
      for (const width of [density.columnWidth, density.rowHeight]) {
        assert.ok(Number.isInteger(Math.log2(width)));
      }
      assert.equal(Math.abs(density.firstProduct % density.columnWidth), 0);
      assert.equal(Math.abs(density.firstError % density.rowHeight), 0);
      assert.ok(density.firstError <= 0 && density.firstError + density.rows * density.rowHeight > 0);
      assert.equal(
        density.pairs.reduce((a, b) => a + b, 0),
        4 ** multiplier.bits,
      );
    }
  });
});
