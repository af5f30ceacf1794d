import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchReporters } from '../../../src/report/bench/reporters.js';
import { benchReport, hostileReport, manyEntries } from './bench_fixture.js';

test('every reporter prints every report, each number as one', async () => {
  const reports = [
    benchReport(),
    hostileReport(),
    manyEntries(30),
    benchReport({ entries: [], models: [], multipliers: [], datasets: [], baseline: null, warnings: [] }),
  ];
  for (const [name, render] of Object.entries(benchReporters)) {
    for (const report of reports) {
      const text = await render(report, { color: false, width: 100 });
      assert.ok(text.endsWith('\n'), name);
      const shown = text.replace(/<(script|style).*?<\/\1>/gs, '');
      if (name !== 'json') assert.doesNotMatch(shown, /NaN|undefined|\bnull\b|\[object/, name);
    }
  }
});

test('the names are those of the command line', () => {
  assert.deepEqual(Object.keys(benchReporters), [
    'text',
    'json',
    'csv',
    'junit',
    'markdown',
    'html',
    'github',
    'github-summary',
    'smaller-is-better',
  ]);
});
