import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextSteps, outcome, summarySentences } from '../../../src/report/bench/outcome.js';
import { benchReport, entries } from './bench_fixture.js';

const withVerdicts = (...verdicts: readonly string[]) =>
  entries().filter(({ status, verdict }) => status === 'done' && verdicts.includes(String(verdict)));

describe('the outcome of a benchmark', () => {
  test('a failed gate or entry comes before an interruption, that before undecided gates', () => {
    assert.equal(outcome(benchReport()), 'fail');
    const failed = entries().filter(({ status }) => status === 'failed');
    assert.equal(outcome(benchReport({ entries: failed, complete: false })), 'fail');
    assert.equal(outcome(benchReport({ entries: withVerdicts('fail', 'pass') })), 'fail');
    const open = withVerdicts('undecided', 'pass');
    assert.equal(outcome(benchReport({ entries: open, complete: false })), 'incomplete');
    assert.equal(outcome(benchReport({ entries: open })), 'undecided');
    assert.equal(outcome(benchReport({ entries: withVerdicts('pass', 'null') })), 'pass');
    assert.equal(outcome(benchReport({ entries: withVerdicts('pass'), complete: false })), 'incomplete');
    assert.equal(outcome(benchReport({ entries: withVerdicts('null') })), 'none');
  });

  test('nothing to do where all pass', () => {
    const same = { file: 'b.json', stale: [], added: [] };
    const report = benchReport({ entries: withVerdicts('pass'), baseline: same });
    assert.deepEqual(nextSteps(report), []);
    assert.deepEqual(summarySentences({ ...report, baseline: null }), [
      '5 entries: 5 evaluated, 3 of them from the cache, 13 min 25 s.',
      'Verdicts: 5 pass.',
    ]);
  });

  test('the images that decide all undecided gates are the most that one needs', () => {
    const [open] = withVerdicts('undecided');
    const gates = (...needs: (number | null)[]) =>
      needs.map((imagesNeeded) => ({ ...open!.gates[0]!, imagesNeeded }));
    const steps = (...needs: (number | null)[]) => {
      const entry = { ...open!, gates: gates(...needs) };
      return nextSteps(benchReport({ entries: [entry], baseline: null }));
    };
    assert.deepEqual(steps(900, 40_000), [
      'The 95 % interval of 2 gates contains the limit: about 40,000 images would decide all of them.',
    ]);
    assert.match(steps(900, null)[0]!, /evaluate more images to decide all of them/);
    assert.match(steps(Infinity)[0]!, /evaluate more images to decide it/);
  });

  test('how many entries an interruption left out', () => {
    const report = benchReport({ entries: withVerdicts('pass'), complete: false, baseline: null });
    assert.deepEqual(nextSteps({ ...report, suite: { ...report.suite, entries: 12 } }), [
      'The run was interrupted, 7 entries are missing: run the suite again.',
    ]);
  });
});
