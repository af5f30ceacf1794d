import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorHistogram } from '../../../src/multiplier/analysis/error_histogram.js';
import { analysisCases, pairsOf } from './cases.js';

describe('the histogram of errors', () => {
  test('counts every pair once, exact ones apart', () => {
    for (const multiplier of analysisCases()) {
      const errors = pairsOf(multiplier).map(({ error }) => error);
      for (const mostBins of [2, 7, 64]) {
        const histogram = errorHistogram(Float64Array.from(errors), mostBins);
        assert.equal(histogram.pairs, errors.length);
        assert.equal(histogram.exact, errors.filter((error) => error === 0).length);
        let binned = 0;
        for (const { from, to, pairs } of histogram.bins) {
          const inside = errors.filter((error) => error >= from && error <= to).length;
          assert.equal(pairs, inside, `${multiplier.name}: ${from} … ${to}`);
          assert.ok(pairs > 0);
          assert.ok(from > 0 || to < 0, 'on one side of zero');
          assert.equal(to - from + 1, histogram.binWidth);
          binned += pairs;
        }
        assert.equal(binned + histogram.exact, errors.length, multiplier.name);
      }
    }
  });

  test('bins ascend, and are as narrow as their number allows', () => {
    for (const multiplier of analysisCases()) {
      const errors = Float64Array.from(pairsOf(multiplier), ({ error }) => error);
      const { bins, binWidth } = errorHistogram(errors, 20);
      for (let i = 1; i < bins.length; i++) assert.ok(bins[i]!.from > bins[i - 1]!.to);
      assert.ok(Number.isInteger(Math.log2(binWidth)));
      const below = Math.max(0, ...errors.map((error) => -error));
      const above = Math.max(0, ...errors);
      const needed = (width: number) => Math.ceil(below / width) + Math.ceil(above / width);
      assert.ok(needed(binWidth) <= 20);
      assert.ok(binWidth === 1 || needed(binWidth / 2) > 20);
    }
  });

  test('by hand', () => {
    assert.deepEqual(errorHistogram(Float64Array.of(0, 0, -1, 3, 4, 4), 3), {
      pairs: 6,
      exact: 2,
      binWidth: 2,
      bins: [
        { from: -2, to: -1, pairs: 1 },
        { from: 3, to: 4, pairs: 3 },
      ],
    });
  });
});
