import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BenchReport } from '../../../../src/report/bench/results.js';
import { comparable, demoSuite } from '../../../support/bench_reports.js';
import { FakeSlurm } from '../../../support/fake_slurm.js';
import { temporaryFolder } from '../../../support/temporary.js';
import { approxtorch } from '../../spawn.js';

const root = temporaryFolder();
let runs = 0;

function setup(more: object = {}) {
  const base = join(root, `run${runs++}`);
  mkdirSync(base);
  const slurm = new FakeSlurm(join(base, 'slurm'));
  const suite = demoSuite(base, more);
  const dir = join(base, 'out dir');
  const submit = ['bench', suite, '--executor', 'slurm', '--slurm-dir', dir, '--slurm-tasks', '2'];
  return { base, slurm, suite, dir, submit, env: slurm.environment };
}

const reportOf = (text: string) => comparable(JSON.parse(text) as BenchReport);

describe('bench --executor slurm', () => {
  test('ends as a local run does: reports, gates, exit code', async () => {
    const { submit, suite, base, env } = setup();
    const local = await approxtorch(['bench', suite, '--format', 'json']);
    const junit = join(base, 'report.xml');
    const { code, stdout, stderr } = await approxtorch(
      [...submit, '--format', 'json', '--report', `junit=${junit}`],
      {
        env,
      },
    );
    assert.equal(code, 1);
    assert.equal(code, local.code);
    assert.deepEqual(reportOf(stdout), reportOf(local.stdout));
    assert.match(
      stderr,
      /^approxtorch: submitted job 1 with 2 tasks; .*: approxtorch bench attach '.*out dir'$/m,
    );
    assert.match(readFileSync(junit, 'utf8'), /<testsuite/);
  });

  test('Ctrl-C cancels the tasks', async () => {
    const { submit, slurm, env } = setup();
    slurm.hang(1);
    slurm.hang(2);
    const { code, stdout, stderr } = await approxtorch(submit, {
      env,
      interruptOn: /submitted job/,
      interruptDelay: 700,
    });
    assert.equal(code, 130, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /approxtorch: interrupted: the tasks are cancelled/);
    assert.deepEqual(slurm.states(), ['1_1 CANCELLED', '1_2 CANCELLED']);
  });

  test('Ctrl-C that Slurm does not hear says how to cancel', async () => {
    const { submit, slurm, env } = setup();
    slurm.hang(1);
    const ended = approxtorch(submit, { env, interruptOn: /submitted job/, interruptDelay: 1500 });
    while (slurm.calls('squeue').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    slurm.down(true);
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.match(
      stderr,
      /could not be cancelled: Unable to contact .*; scancel --name=approxtorch-\S+ does it/,
    );
  });

  test('without Slurm: exit code 3, and what to do', async () => {
    const { submit, base } = setup();
    const { code, stderr } = await approxtorch(submit, { env: { PATH: base } });
    assert.equal(code, 3);
    assert.match(stderr, /^approxtorch: sbatch: not found; .*package slurm-client.*\n$/);
    assert.ok(!readdirSync(base).includes('out dir'));
  });

  test('what sbatch refuses: its own words, exit code 2, nothing left behind', async () => {
    const { submit, slurm, base, env } = setup();
    slurm.refuse('Batch job submission failed: Invalid partition name specified');
    const { code, stderr } = await approxtorch([...submit, '--slurm-partition', 'nope'], { env });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'approxtorch: sbatch refused the job: Batch job submission failed: Invalid partition name specified\n',
    );
    assert.ok(!readdirSync(base).includes('out dir'));
  });

  test('flags that contradict each other are refused', async () => {
    const { submit, suite } = setup();
    for (const [args, message] of [
      [[...submit, '--jobs', '2'], /^approxtorch: --jobs: does not go with --executor slurm/],
      [[...submit, '--shard', '1/2'], /^approxtorch: --shard: does not go with --executor slurm/],
      [
        [...submit, '--detach', '--report', 'json=x.json'],
        /^approxtorch: --report: does not go with --detach/,
      ],
      [['bench', suite, '--slurm-cpus', '2'], /^approxtorch: --slurm-cpus: needs --executor slurm/],
      [['bench', suite, '--detach'], /^approxtorch: --detach: needs --executor slurm/],
      [['bench', suite, '--executor', 'pbs'], /^approxtorch: --executor: 'pbs', expected local or slurm/],
      [['bench', '--quiet', 'attach', 'x'], /^approxtorch: --quiet: stands before attach/],
    ] as const) {
      const { code, stderr } = await approxtorch(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});

describe('bench attach', () => {
  test('goes on after --detach, and reports a finished run again without Slurm', async () => {
    const { submit, slurm, suite, dir, env, base } = setup();
    slurm.fate(2, 'NODE_FAIL', 1);
    const submitted = await approxtorch([...submit, '--detach'], { env });
    assert.equal(submitted.code, 0);
    assert.equal(submitted.stderr, '');
    assert.match(
      submitted.stdout,
      /^Submitted job 1 with 2 tasks\. .*\n {2}approxtorch bench attach '.*out dir'\n$/,
    );
    const local = await approxtorch(['bench', suite, '--format', 'json']);
    const attach = ['bench', 'attach', dir, '--format', 'json'];
    const first = await approxtorch(attach, { env });
    assert.equal(first.code, 1, first.stderr);
    assert.match(first.stderr, /warning: task 2: NODE_FAIL; submitted again as job 2/);
    assert.deepEqual(reportOf(first.stdout), reportOf(local.stdout));
    const csv = join(base, 'report.csv');
    const second = await approxtorch([...attach, '--report', `csv=${csv}`], { env: { PATH: base } });
    assert.equal(second.code, 1, second.stderr);
    assert.equal(second.stdout, first.stdout);
    assert.match(readFileSync(csv, 'utf8'), /drum2_int8/);
  });

  test('goes on after the submitting process was killed', async () => {
    const { submit, slurm, dir, env } = setup({ gates: {} });
    slurm.hang(2);
    const { signal } = await approxtorch(submit, {
      env,
      interruptOn: /submitted job/,
      interruptBy: 'SIGKILL',
      interruptDelay: 300,
    });
    assert.equal(signal, 'SIGKILL');
    slurm.fate(2, 'HANG', 0);
    slurm.end('TIMEOUT', '1_2');
    const { code, stdout, stderr } = await approxtorch(['bench', 'attach', dir, '--format', 'json'], { env });
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as BenchReport).entries.length, 6);
    assert.deepEqual(slurm.arrays(), ['1-2', '2']);
  });

  test('Ctrl-C ends the waiting, not the tasks', async () => {
    const { submit, slurm, dir, env } = setup();
    slurm.hang(1);
    slurm.fate(2, 'FAILED', 1);
    await approxtorch([...submit, '--detach'], { env });
    const { code, stderr } = await approxtorch(['bench', 'attach', dir], {
      env,
      interruptOn: /submitted again/,
      interruptDelay: 100,
    });
    assert.equal(code, 130);
    assert.match(stderr, /interrupted; the tasks go on, scancel --name=approxtorch-\S+ ends them/);
    assert.deepEqual(slurm.calls('scancel'), []);
    assert.ok(slurm.states().includes('1_1 RUNNING'));
  });

  test('writes the baseline that was asked for at the submission', async () => {
    const { submit, dir, base, env } = setup({ gates: {} });
    const baseline = join(base, 'baseline.json');
    await approxtorch([...submit, '--detach', '--baseline', baseline, '--update-baseline'], { env });
    const { code, stderr } = await approxtorch(['bench', 'attach', dir, '--quiet'], { env });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.equal((JSON.parse(readFileSync(baseline, 'utf8')) as BenchReport).entries.length, 6);
  });

  test('a folder of something else is refused; a suite called attach is ./attach', async () => {
    const other = await approxtorch(['bench', 'attach', root]);
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /holds no run\.json of a submitted suite; name the folder of bench --executor slurm/,
    );
    const suite = await approxtorch(['bench', './attach']);
    assert.equal(suite.code, 2);
    assert.match(suite.stderr, /^approxtorch: \.\/attach: cannot read it: no such file/);
    const none = await approxtorch(['bench', 'attach']);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /missing required argument 'dir'/);
  });
});
