import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Baseline } from '../../src/bench/baseline.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { temporaryFolder } from '../support/temporary.js';
import { bench, entry, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const table = (name: string, from: string) => {
  const path = join(folder, `${name}.txt`);
  copyFileSync(shipped(from), path);
  return path;
};

let stored: BenchReport;
const compared = (values: Readonly<Record<string, unknown>>) =>
  bench(values, { baseline: { report: stored, file: 'base.json' } });

before(async () => {
  stored = await bench({ multipliers: [table('a', 'mitchell_int8'), table('b', 'drum2_int8')] });
});

describe('a baseline', () => {
  test('of the same content: nothing changed, and any gate passes', async () => {
    const gates = { maxDrop: { baseline: 0 }, maxRegression: 0 };
    const report = await compared({
      multipliers: [table('a', 'mitchell_int8'), table('b', 'drum2_int8')],
      gates,
    });
    for (const [i, found] of report.entries.entries()) {
      const { baseline, verdict } = found;
      const { approx, drop } = stored.entries[i]!;
      const expected = {
        match: 'content',
        top1: approx!.top1,
        drop: drop.exact,
        change: 0,
        changeInterval: [0, 0],
      };
      assert.deepEqual(baseline, expected);
      assert.equal(verdict, 'pass');
      assert.equal(found.gates.length, 2);
    }
    assert.deepEqual(report.baseline, { file: 'base.json', stale: [], added: [] });
  });

  test('is matched by content where names changed, even where they were swapped', async () => {
    const report = await compared({ multipliers: [table('a', 'drum2_int8'), table('z', 'mitchell_int8')] });
    for (const found of report.entries) {
      assert.equal(found.baseline!.match, 'content');
      assert.equal(found.baseline!.change, 0);
      assert.equal(found.baseline!.top1, found.approx!.top1);
    }
    assert.deepEqual(report.baseline, { file: 'base.json', stale: [], added: [] });
  });

  test('a table changed under its name: gates judge the change on the same images', async () => {
    const gates = { maxDrop: { baseline: 1 }, maxRegression: 1 };
    const worse = await compared({
      multipliers: [table('a', 'broken_array9_int8'), table('b', 'drum2_int8')],
      gates,
    });
    const found = entry(worse, 'lenet-digits · a');
    const then = entry(stored, 'lenet-digits · a');
    assert.equal(found.baseline!.match, 'name');
    assert.equal(found.baseline!.change, found.approx!.top1 - then.approx!.top1);
    assert.deepEqual(
      found.gates.map(({ gate, verdict }) => [gate, verdict]),
      [
        ['maxDrop.baseline', 'fail'],
        ['maxRegression', 'fail'],
      ],
    );
    assert.equal(worse.summary.fail, 1);
    assert.equal(entry(worse, 'lenet-digits · b').verdict, 'pass');
    // Not so where a gain is what changed.
    const better = await compared({ multipliers: [table('b', 'exact_int8')], gates });
    assert.equal(entry(better, 'lenet-digits · b').verdict, 'pass');
    assert.ok(entry(better, 'lenet-digits · b').baseline!.change > 0);
  });

  test('other images: the change has a wider interval', async () => {
    const multipliers = [table('a', 'drum2_int8')];
    const same = (await compared({ multipliers })).entries[0]!.baseline!;
    const other = (await compared({ multipliers, limit: 199 })).entries[0]!.baseline!;
    const width = ([low, high]: readonly [number, number]) => high - low;
    assert.equal(other.match, 'name');
    assert.ok(width(other.changeInterval) > width(same.changeInterval));
  });

  test('the size of batches does not make other images', async () => {
    const report = await compared({ multipliers: [table('a', 'mitchell_int8')], batch: 33 });
    assert.equal(report.entries[0]!.baseline!.match, 'content');
    assert.equal(report.datasets[0]!.sha256, stored.datasets[0]!.sha256);
  });

  test('names what it has more, and what it lacks', async () => {
    const report = await compared({
      multipliers: [table('a', 'mitchell_int8'), table('new', 'truncated4_int8')],
    });
    assert.deepEqual(report.baseline, {
      file: 'base.json',
      stale: ['lenet-digits · b'],
      added: ['lenet-digits · new'],
    });
    assert.equal(entry(report, 'lenet-digits · new').baseline, null);
  });

  test('an entry that fails is neither stale nor compared', async () => {
    const report = await compared({
      multipliers: [table('a', 'mitchell_int8'), join(folder, 'gone', 'b.txt')],
    });
    assert.equal(entry(report, 'lenet-digits · b').status, 'failed');
    assert.equal(entry(report, 'lenet-digits · b').baseline, null);
    assert.deepEqual(report.baseline, { file: 'base.json', stale: [], added: [] });
  });

  test('tables of the same content are each matched with their own name, and none is stale', async () => {
    const twins = await bench({ multipliers: [table('p', 'drum2_int8'), table('q', 'drum2_int8')] });
    const again = new Baseline(twins, 'base.json');
    const { key, approx, samples } = twins.entries[1]!;
    const same = again.compare({
      id: 'lenet-digits · q',
      key,
      accuracy: approx,
      samples,
      dataset: twins.datasets[0]!.sha256,
    });
    assert.equal(same!.match, 'content');
    assert.deepEqual(again.result(), { file: 'base.json', stale: [], added: [] });
  });
});
