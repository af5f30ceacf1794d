import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Intermediate } from '../../../src/cli/bench/intermediate.js';
import { benchReport, entries } from '../../report/bench/bench_fixture.js';
import { temporaryFolder } from '../../support/temporary.js';

const folder = temporaryFolder();
const file = join(folder, 'so-far.json');
const written = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).entries.length : 0);
const first = (count: number) => () => benchReport({ entries: entries().slice(0, count) });

/** Waits until so many entries are on the disk. */
async function until(count: number): Promise<number> {
  const started = performance.now();
  while (written() !== count) {
    if (performance.now() - started > 20_000) throw new Error(`${written()} entries are written`);
    await delay(10);
  }
  return performance.now() - started;
}

describe('results so far', () => {
  test('are on the disk at once, then once a second with the newest, and no more after the end', async () => {
    const writer = new Intermediate([
      { kind: 'json', file },
      { kind: 'csv', file: join(folder, 'no.csv') },
      { kind: 'github' },
    ]);
    writer.add(first(1));
    await until(1);
    writer.add(first(2));
    writer.add(first(3));
    assert.equal(written(), 1);
    assert.ok((await until(3)) > 500);
    writer.add(first(4));
    await writer.end();
    await delay(1200);
    assert.equal(written(), 3);
    assert.ok(!existsSync(join(folder, 'no.csv')));
  });

  test('that cannot be written do not end the run', async () => {
    const writer = new Intermediate([{ kind: 'json', file: join(folder, 'no', 'where.json') }]);
    writer.add(first(1));
    await delay(50);
    await writer.end();
  });

  test('that nobody wants as JSON are not even made', async () => {
    const writer = new Intermediate([{ kind: 'csv', file: join(folder, 'no.csv') }]);
    writer.add(() => assert.fail('made'));
    await delay(20);
    await writer.end();
  });
});
