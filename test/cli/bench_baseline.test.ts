import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { BenchReport } from '../../src/report/bench/results.js';
import { temporaryFolder } from '../support/temporary.js';
import { suiteIn, table } from './bench_fixture.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const bench = (...args: string[]) =>
  approxtorch(['bench', '--threads', '1', '--quiet', '--cache', out('cache'), ...args]);
const gates = { maxDrop: { baseline: 5 }, maxRegression: 5 };
let suite: string;

before(async () => {
  copyFileSync(table('mitchell_int8'), out('mine.txt'));
  suite = suiteIn(folder, 'suite', { multipliers: [join(folder, '*.txt'), 'exact'], gates });
  const { code, stderr } = await bench(suite, '--baseline', out('base.json'), '--update-baseline');
  assert.deepEqual([code, stderr], [0, '']);
});

async function compared(): Promise<{ readonly report: BenchReport; readonly code: number | null }> {
  const { stdout, code } = await bench(suite, '--baseline', out('base.json'), '--format', 'json');
  return { report: JSON.parse(stdout), code };
}

describe('a baseline on the command line', () => {
  test('is kept by --update-baseline, and the next run has changed nothing', async () => {
    const { report, code } = await compared();
    assert.equal(code, 0);
    for (const { baseline, verdict } of report.entries) {
      assert.deepEqual([baseline!.match, baseline!.change, verdict], ['content', 0, 'pass']);
    }
  });

  test('knows a table by its content after it was renamed', async () => {
    renameSync(out('mine.txt'), out('renamed.txt'));
    const { report, code } = await compared();
    renameSync(out('renamed.txt'), out('mine.txt'));
    assert.equal(code, 0);
    assert.equal(report.entries[0]!.id, 'lenet-digits · renamed');
    assert.equal(report.entries[0]!.baseline!.match, 'content');
    assert.deepEqual([report.baseline!.stale, report.baseline!.added], [[], []]);
  });

  test('fails a table that became worse under its name, until it is accepted', async () => {
    copyFileSync(table('broken_array9_int8'), out('mine.txt'));
    const worse = await compared();
    assert.equal(worse.code, 1);
    const found = worse.report.entries.find(({ multiplier }) => multiplier === 'mine')!;
    assert.equal(found.baseline!.match, 'name');
    assert.deepEqual(
      found.gates.map(({ gate, verdict }) => [gate, verdict]),
      [
        ['maxDrop.baseline', 'fail'],
        ['maxRegression', 'fail'],
      ],
    );
    const { code } = await bench(suite, '--baseline', out('base.json'), '--update-baseline');
    assert.equal(code, 0);
    assert.equal((await compared()).code, 0);
    copyFileSync(table('mitchell_int8'), out('mine.txt'));
  });

  test('names what is new and what is gone', async () => {
    const other = suiteIn(folder, 'other', { multipliers: [table('drum2_int8'), 'exact'] });
    const { stdout, code } = await bench(other, '--baseline', out('base.json'));
    assert.equal(code, 0);
    assert.match(stdout, /^Stale: lenet-digits · mine\.$/m);
    assert.match(stdout, /drum2_int8 .* new /);
    const json = await bench(other, '--baseline', out('base.json'), '--format', 'json');
    const { baseline } = JSON.parse(json.stdout) as BenchReport;
    assert.deepEqual(
      [baseline!.stale, baseline!.added],
      [['lenet-digits · mine'], ['lenet-digits · drum2_int8']],
    );
  });

  test('is not made of entries that failed; a corrupt one is replaced where it is to be', async () => {
    const broken = suiteIn(folder, 'broken', { multipliers: [out('gone.txt'), 'exact'] });
    const refused = await bench(broken, '--baseline', out('new.json'), '--update-baseline');
    assert.match(
      refused.stderr,
      /^approxtorch: --update-baseline: .*new\.json was not written, because entries failed\n$/,
    );
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /gone/);
    assert.equal(existsSync(out('new.json')), false);
    writeFileSync(out('corrupt.json'), '{');
    assert.equal((await bench(suite, '--baseline', out('corrupt.json'), '--update-baseline')).code, 0);
    assert.equal((JSON.parse(readFileSync(out('corrupt.json'), 'utf8')) as BenchReport).baseline, null);
  });
});
