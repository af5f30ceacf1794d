import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary.js';
import { lasting, suiteIn, table } from './bench_fixture.js';
import { approxtorch } from './spawn.js';
import { reportIn, stoppedBench } from './stopped_bench.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
/** A sample at a time, so that entries take a while on any machine. */
const slow = suiteIn(folder, 'slow', {
  multipliers: [table('*_int8')],
  limit: 1500,
  batch: 1,
  quantizations: [{ calibrate: 32 }, { name: 'per sample', qmethod: 'dynamic,sample,channel' }],
});
const args = (name: string) => [slow, '--threads', '1', '--quiet', '--report', `json=${out(name)}`];

describe('a benchmark that is stopped', () => {
  for (const jobs of ['1', '2']) {
    test(`by Ctrl-C, with --jobs ${jobs}, ends with the results so far in every report`, async () => {
      const name = `jobs${jobs}.json`;
      const more = ['--jobs', jobs, '--report', `csv=${out('all.csv')}`];
      const { stdout, stderr, code } = await stoppedBench([...args(name), ...more], out(name), 'SIGINT');
      assert.equal(code, 130, stderr);
      const report = reportIn(out(name))!;
      assert.equal(report.complete, false);
      assert.equal(report.suite.entries, 10);
      assert.equal(report.shard, null);
      assert.ok(report.entries.length < 10, String(report.entries.length));
      assert.match(stdout, /^INCOMPLETE: the run was interrupted/m);
      const rows = readFileSync(out('all.csv'), 'utf8').trimEnd().split('\r\n');
      assert.equal(rows.length, 1 + report.entries.length);
    });
  }

  test('by kill -9 has left what it had; the next run computes what is missing, and says the same', async () => {
    const cached = [...args('killed.json'), '--cache', out('cache')];
    const killed = await stoppedBench(cached, out('killed.json'), 'SIGKILL');
    assert.equal(killed.signal, 'SIGKILL');
    const before = reportIn(out('killed.json'))!;
    assert.equal(before.complete, false);
    assert.ok(before.entries.length > 0 && before.entries.length < 10);
    const { code } = await approxtorch(['bench', ...cached]);
    assert.equal(code, 0);
    const after = reportIn(out('killed.json'))!;
    assert.equal(after.complete, true);
    for (const { id } of before.entries) {
      const again = after.entries.find((entry) => entry.id === id)!;
      assert.deepEqual([again.cached, again.seconds], [true, 0], id);
    }
    assert.ok(after.summary.cached < 10);
    // What was not interrupted, in the other order of its work.
    await approxtorch(['bench', ...args('whole.json'), '--jobs', '2']);
    assert.deepEqual(lasting(after), lasting(reportIn(out('whole.json'))!));
  });
});
