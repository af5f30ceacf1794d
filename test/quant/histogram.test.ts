import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BINS, Histogram } from '../../src/quant/histogram.js';
import { userError } from '../support/errors.js';
import { fc } from '../support/property.js';

const batches = fc.array(
  fc.oneof(
    fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 }),
    fc.float32Array({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1, maxLength: 40 }),
  ),
  { maxLength: 6 },
);

function histogramOf(parts: readonly Float32Array[]): Histogram {
  const histogram = new Histogram('x');
  for (const part of parts) histogram.observe(part);
  return histogram;
}

/** Everything that the histogram knows, without the place of its window. */
function contents(histogram: Histogram) {
  const { first, counts } = histogram.bins;
  const filled = Array.from(counts, (count, i): [number, number] => [first + i, count]).filter(
    ([, count]) => count > 0,
  );
  return { filled, width: histogram.width, zeros: histogram.zeros, range: histogram.range };
}

test('counts every value in its bin', () => {
  fc.assert(
    fc.property(batches, (parts) => {
      const all = parts.flatMap((part) => Array.from(part));
      const { filled, width, zeros, range } = contents(histogramOf(parts));
      const expected = new Map<number, number>();
      for (const x of all.filter((value) => value !== 0)) {
        const bin = Math.floor(x / width);
        expected.set(bin, (expected.get(bin) ?? 0) + 1);
      }
      assert.deepEqual(new Map(filled), expected);
      assert.equal(zeros, all.filter((x) => x === 0).length);
      assert.deepEqual(range, { min: Math.min(0, ...all) + 0, max: Math.max(0, ...all) + 0 });
      const used = (w: number) => Math.floor(range.max / w) - Math.floor(range.min / w) + 1;
      assert.ok(used(width) <= BINS);
      if (width > 2 ** -149) assert.ok(used(width / 2) > BINS, 'the narrowest width that fits');
    }),
  );
});

test('does not depend on the order of the values nor on the batches', () => {
  fc.assert(
    fc.property(batches, (parts) => {
      const expected = contents(histogramOf(parts));
      const all = Float32Array.from(parts.flatMap((part) => Array.from(part)));
      assert.deepEqual(contents(histogramOf([all])), expected);
      assert.deepEqual(contents(histogramOf([all.toReversed()])), expected);
      assert.deepEqual(contents(histogramOf(Array.from(all, (x) => Float32Array.of(x)))), expected);
    }),
    { numRuns: 50 },
  );
});

test('magnitudes fold both signs', () => {
  const histogram = histogramOf([Float32Array.of(-4095.5, -0.5, 0, 0.5, 0.25, 2.5)]);
  // 4098 bins of width 1 would be needed for −4095.5 … 2.5 and one more, hence width 2.
  const { width } = histogram;
  const magnitudes = histogram.magnitudes();
  assert.equal(
    magnitudes.reduce((a, b) => a + b),
    5,
  );
  assert.equal(magnitudes[0], 3);
  assert.equal(magnitudes[Math.floor(2.5 / width)]! > 0, true);
  assert.equal(magnitudes.length, Math.floor(4095.5 / width) + 1);
  assert.equal(magnitudes.at(-1), 1);
  assert.equal(new Histogram('x').magnitudes().length, 0);
});

test('refuses NaN and keeps what it had', () => {
  const histogram = histogramOf([Float32Array.of(1, 2)]);
  const before = contents(histogram);
  assert.throws(() => histogram.observe(Float32Array.of(100, Number.NaN)), userError(/tensor 'x' holds NaN/));
  assert.deepEqual(contents(histogram), before);
});
