import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchReport } from '../../src/report/bench/results.js';
import { packagePath } from '../../src/util/paths.js';
import { approxtorch } from '../cli/spawn.js';
import { comparable, demoSuite } from '../support/bench_reports.js';
import { needsSlurm, SlurmCluster } from '../support/slurm_cluster.js';
import { temporaryFolder } from '../support/temporary.js';

const root = temporaryFolder();

describe('a real Slurm', needsSlurm(), () => {
  let cluster: SlurmCluster;
  before(async () => {
    cluster = new SlurmCluster();
    try {
      await cluster.start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  });
  after(() => cluster.stop());

  /** Tasks of some seconds each, so that something can happen to them. */
  const slow = { batch: 1, limit: 2000, sensitivity: true, gates: {} };

  function submission(suite: string, ...more: string[]) {
    const base = mkdtempSync(join(root, 'run-'));
    // Names as users give them.
    const dir = join(base, "100% it's $(false)");
    mkdirSync(dir);
    return { dir, args: ['bench', suite, '--executor', 'slurm', '--slurm-dir', dir, ...more] };
  }

  function suiteFile(more: object): string {
    return demoSuite(mkdtempSync(join(root, 'suite-')), more);
  }

  const bench = (args: readonly string[], interrupt = {}) =>
    approxtorch(args, { env: cluster.environment, timeout: 90_000, ...interrupt });

  const reportOf = (text: string) => comparable(JSON.parse(text) as BenchReport);

  async function until(what: string, holds: () => boolean): Promise<void> {
    const end = performance.now() + 30_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`waited in vain until ${what}: ${cluster.tasks()}`);
      await sleep(50);
    }
  }

  let slowLocal: Promise<{ report: object; code: number | null }> | undefined;
  const slowSuite = suiteFile(slow);
  /** The slow suite without Slurm, once. */
  function locally() {
    slowLocal ??= approxtorch(['bench', slowSuite, '--format', 'json']).then(({ stdout, code }) => ({
      report: reportOf(stdout),
      code,
    }));
    return slowLocal;
  }

  test('the demo suite as an array equals the local run', async () => {
    const suite = packagePath('configs', 'suites', 'demo.yaml');
    const local = await approxtorch(['bench', suite, '--format', 'json']);
    const { args } = submission(suite, '--format', 'json');
    const { stdout, stderr, code } = await bench(args);
    assert.equal(code, local.code, stderr);
    assert.deepEqual(reportOf(stdout), reportOf(local.stdout));
  });

  test('a partition that is none: exit code 2 and the words of sbatch', async () => {
    const { args, dir } = submission(slowSuite, '--slurm-partition', 'nope');
    const { code, stderr } = await bench(args);
    assert.equal(code, 2);
    assert.match(stderr, /^approxtorch: sbatch refused the job: .*Invalid partition name specified\n$/);
    assert.ok(!existsSync(join(dir, 'run.json')));
  });

  test('tasks that are killed run again, alone', async () => {
    const { args, dir } = submission(
      slowSuite,
      '--slurm-tasks',
      '3',
      '--slurm-time',
      '5',
      '--format',
      'json',
    );
    const run = bench(args);
    await until('a task runs', () => taskProcess(dir, 1) !== undefined);
    // One by the scheduler, one by the kernel.
    cluster.tell('scancel', '--signal=KILL', cluster.tasks()[0]!.replace(/_.*/, '_1'));
    await until('another one runs', () => taskProcess(dir, 2) !== undefined);
    process.kill(taskProcess(dir, 2)!, 'SIGKILL');
    const { stdout, stderr, code } = await run;
    const local = await locally();
    assert.equal(code, local.code, stderr);
    assert.deepEqual(reportOf(stdout), local.report);
    assert.match(stderr, /task 1: CANCELLED; submitted again as job/);
    assert.match(stderr, /task 2: FAILED; submitted again as job/);
    assert.doesNotMatch(stderr, /task 3: /);
    assert.match(readFileSync(join(dir, 'log-1.txt'), 'utf8'), /CANCELLED/);
  });

  test('a controller that is killed and comes back is waited for', async () => {
    // A task must run for longer than the controller takes to save what it knows, 5 s.
    const suite = suiteFile({ ...slow, limit: 5000 });
    const { args, dir } = submission(
      suite,
      '--slurm-tasks',
      '2',
      '--slurm-array-limit',
      '1',
      '--format',
      'json',
    );
    const run = bench(args);
    await until('a task runs', () => taskProcess(dir, 1) !== undefined);
    await cluster.killController();
    await sleep(12_000);
    cluster.startController();
    const { stdout, stderr, code } = await run;
    assert.match(stderr, /Slurm does not answer: .*; still waiting\n(.*\n)*.*Slurm answers again/);
    const local = await approxtorch(['bench', suite, '--format', 'json']);
    assert.equal(code, local.code, stderr);
    assert.deepEqual(reportOf(stdout), reportOf(local.stdout));
  });

  test('Ctrl-C cancels the tasks', async () => {
    const { args, dir } = submission(slowSuite, '--slurm-tasks', '3');
    const { code, stderr } = await bench(args, { interruptOn: /submitted job/, interruptDelay: 2500 });
    assert.equal(code, 130, stderr);
    assert.match(stderr, /the tasks are cancelled/);
    await until('no task is left', () => cluster.tasks().length === 0);
    for (const task of [1, 2, 3]) assert.equal(taskProcess(dir, task), undefined);
    const attach = await bench(['bench', 'attach', dir]);
    assert.equal(attach.code, 2);
    assert.match(attach.stderr, /3 of 3 tasks did not finish \(1-3\): task 1 CANCELLED/);
  });

  test('attach goes on where --detach ended, and after a kill', async () => {
    const local = await locally();
    const detached = submission(slowSuite, '--slurm-tasks', '2');
    const { code, stdout } = await bench([...detached.args, '--detach']);
    assert.equal(code, 0);
    assert.match(stdout, /^Submitted job \d+ with 2 tasks/);
    for (const attach of [detached.dir, detached.dir]) {
      const result = await bench(['bench', 'attach', attach, '--format', 'json']);
      assert.equal(result.code, local.code, result.stderr);
      assert.deepEqual(reportOf(result.stdout), local.report);
    }
    const killed = submission(slowSuite, '--slurm-tasks', '2');
    await bench(killed.args, { interruptOn: /submitted job/, interruptBy: 'SIGKILL' });
    const result = await bench(['bench', 'attach', killed.dir, '--format', 'json']);
    assert.equal(result.code, local.code, result.stderr);
    assert.deepEqual(reportOf(result.stdout), local.report);
  });
});

/** The process of node that computes a task. */
function taskProcess(dir: string, task: number): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
      if (words.includes(join(dir, `part-${task}.json`))) return Number(pid);
    } catch {
      // It has ended.
    }
  }
  return undefined;
}
