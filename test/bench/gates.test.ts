import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gateResults, worstVerdict } from '../../src/bench/gates.js';
import type { Gates } from '../../src/bench/suite/suite.js';
import type { BaselineComparison, BenchEntry } from '../../src/report/bench/results.js';

const none: BenchEntry['drop'] = { exact: null, exactInterval: null, float: null, floatInterval: null };

function accuracy(correct: number, samples: number) {
  const top1 = correct / samples;
  return { correct, top1, top1Interval: [0, 1] as const, top5: null, loss: 0, correctBits: '' };
}

function verdictOf(gates: Gates, correct: number, samples: number, drop: Partial<BenchEntry['drop']> = {}) {
  const results = gateResults(gates, {
    accuracy: accuracy(correct, samples),
    samples,
    drop: { ...none, ...drop },
    baseline: null,
  });
  assert.equal(results.length, 1);
  return results[0]!;
}

describe('gates', () => {
  test('minTop1 passes, fails, or asks for more images', () => {
    assert.equal(verdictOf({ minTop1: 90 }, 9500, 10_000).verdict, 'pass');
    assert.equal(verdictOf({ minTop1: 90 }, 8500, 10_000).verdict, 'fail');
    const open = verdictOf({ minTop1: 90 }, 9050, 10_000);
    assert.equal(open.verdict, 'undecided');
    // 90.5 ± 0.59 at 10 000: ± 0.5 takes 1.4 times as many.
    assert.ok(open.imagesNeeded! > 12_000 && open.imagesNeeded! < 15_000, String(open.imagesNeeded));
    assert.equal(verdictOf({ minTop1: 90 }, 905 * 16, 16_000).verdict, 'pass');
  });

  test('imagesNeeded is true: with so many the same accuracy decides', () => {
    for (const [limit, rate, samples] of [
      [90, 0.905, 1000],
      [90, 0.893, 500],
      [50, 0.52, 100],
    ] as const) {
      const { imagesNeeded } = verdictOf({ minTop1: limit }, Math.round(rate * samples), samples);
      const enough = Math.ceil(imagesNeeded! * 1.05);
      assert.notEqual(verdictOf({ minTop1: limit }, Math.round(rate * enough), enough).verdict, 'undecided');
      const few = Math.floor(imagesNeeded! * 0.8);
      assert.equal(verdictOf({ minTop1: limit }, Math.round(rate * few), few).verdict, 'undecided');
    }
  });

  test('a figure on the limit itself: no number of images would do', () => {
    assert.equal(verdictOf({ minTop1: 50 }, 50, 100).imagesNeeded, null);
  });

  test('maxDrop in points, against exact and float', () => {
    const drop = { exact: 0.01, exactInterval: [0.005, 0.015] as const };
    assert.equal(verdictOf({ maxDrop: { exact: 1.5 } }, 1, 2, drop).verdict, 'pass');
    assert.equal(verdictOf({ maxDrop: { exact: 0.4 } }, 1, 2, drop).verdict, 'fail');
    const open = verdictOf({ maxDrop: { exact: 1.2 } }, 1, 2, drop);
    assert.deepEqual(
      [open.verdict, open.gate, open.actual, open.limit],
      ['undecided', 'maxDrop.exact', 1, 1.2],
    );
    assert.deepEqual(open.interval, [0.5, 1.5]);
    const float = { float: -0.01, floatInterval: [-0.02, 0] as const };
    assert.equal(verdictOf({ maxDrop: { float: 0 } }, 1, 2, float).verdict, 'pass');
  });

  test('against a baseline', () => {
    const baseline: BaselineComparison = {
      match: 'content',
      top1: 0.95,
      drop: 0.01,
      change: -0.02,
      changeInterval: [-0.025, -0.015],
    };
    const gated = { accuracy: accuracy(93, 100), samples: 100, drop: { ...none, exact: 0.03 }, baseline };
    const results = gateResults({ maxDrop: { baseline: 1 }, maxRegression: 3 }, gated);
    assert.deepEqual(
      results.map(({ gate, verdict }) => [gate, verdict]),
      [
        ['maxDrop.baseline', 'fail'],
        ['maxRegression', 'pass'],
      ],
    );
    assert.ok(Math.abs(results[1]!.actual - 2) < 1e-9);
    assert.deepEqual(results[0]!.interval, [1.5, 2.5]);
  });

  test('say nothing of figures that are not known', () => {
    const gates = { minTop1: 1, maxDrop: { exact: 1, float: 1, baseline: 1 }, maxRegression: 1 };
    assert.deepEqual(gateResults(gates, { accuracy: null, samples: 0, drop: none, baseline: null }), []);
    const known = gateResults(gates, { accuracy: accuracy(5, 9), samples: 9, drop: none, baseline: null });
    assert.deepEqual(
      known.map(({ gate }) => gate),
      ['minTop1'],
    );
  });

  test('the worst verdict counts', () => {
    const gate = (verdict: 'pass' | 'fail' | 'undecided') => ({
      ...verdictOf({ minTop1: 1 }, 5, 9),
      verdict,
    });
    assert.equal(worstVerdict(false, []), null);
    assert.equal(worstVerdict(true, []), 'fail');
    assert.equal(worstVerdict(false, [gate('pass'), gate('undecided')]), 'undecided');
    assert.equal(worstVerdict(false, [gate('undecided'), gate('fail'), gate('pass')]), 'fail');
    assert.equal(worstVerdict(false, [gate('pass')]), 'pass');
  });
});
