import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { lasting, suiteIn, table } from '../cli/bench_fixture.js';
import { approxtorch } from '../cli/spawn.js';
import { reportIn, stoppedBench } from '../cli/stopped_bench.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const suite = suiteIn(folder, 'suite', {
  multipliers: [table('*_int8'), table('exact_uint8')],
  limit: 1500,
  batch: 1,
  sensitivity: true,
});

describe('kill -9 of a benchmark', () => {
  test('with --jobs ends its processes too; again and again, the run comes to its end', async () => {
    const args = [suite, '--threads', '2', '--quiet', '--cache', out('cache')];
    let kept = 0;
    for (const jobs of ['2', '1', '3']) {
      const file = out(`killed${jobs}.json`);
      await stoppedBench([...args, '--jobs', jobs, '--report', `json=${file}`], file, 'SIGKILL');
      await delay(1000);
      const files = readdirSync(out('cache'));
      await delay(3000);
      assert.deepEqual(readdirSync(out('cache')), files);
      assert.equal(reportIn(file)!.complete, false);
      assert.ok(files.length > 0 && files.length >= kept);
      kept = files.length;
    }
    const [last, whole] = [out('last.json'), out('whole.json')];
    assert.equal((await approxtorch(['bench', ...args, '--report', `json=${last}`])).code, 0);
    assert.ok(reportIn(last)!.summary.cached > 0);
    const fresh = ['bench', suite, '--threads', '2', '--quiet', '--report', `json=${whole}`];
    assert.equal((await approxtorch(fresh)).code, 0);
    assert.deepEqual(lasting(reportIn(last)!), lasting(reportIn(whole)!));
  });
});
