import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runBench } from '../../../../src/bench/run_bench.js';
import type { BenchFlags } from '../../../../src/cli/bench/bench_flags.js';
import { loadRun, storeRun } from '../../../../src/cli/bench/slurm/run_folder.js';
import { collectRun, slurmExecutor } from '../../../../src/cli/bench/slurm/slurm_executor.js';
import { SlurmTools } from '../../../../src/cli/bench/slurm/tools.js';
import type { Patience } from '../../../../src/cli/bench/slurm/watch.js';
import { loadSuite } from '../../../../src/config/suite/load_suite.js';
import { EXIT, UserError } from '../../../../src/util/errors.js';
import { comparable, demoSuite } from '../../../support/bench_reports.js';
import { userError } from '../../../support/errors.js';
import { FakeSlurm } from '../../../support/fake_slurm.js';
import { temporaryFolder } from '../../../support/temporary.js';

const root = temporaryFolder();
const quick: Patience = { interval: () => 50, results: 400, outage: 60_000 };
let runs = 0;

/** A suite of two entries, each a task, unless flags say otherwise, on a Slurm of its own. */
async function submission(flags: Partial<BenchFlags> = {}, patience = quick) {
  const base = join(root, `run ${runs++}`);
  mkdirSync(base);
  const slurm = new FakeSlurm(join(base, 'slurm'));
  const file = demoSuite(base, { include: [{ multiplier: 'exact_int8' }, { multiplier: 'drum2*' }] });
  const suite = await loadSuite(file);
  const folder = join(base, 'out');
  const warnings: string[] = [];
  const said: string[] = [];
  const hooks = {
    say: (message: string) => said.push(message),
    onWarning: (message: string) => warnings.push(message),
  };
  const settings = { suite, threads: 1 };
  const work = { settings, file, flags: { color: false, slurmDir: folder, ...flags } };
  const printed: string[] = [];
  const executor = slurmExecutor(suite.slurm, slurm.environment, (text) => printed.push(text), patience);
  const run = (more: object = {}) => executor(work, { ...hooks, ...more });
  return { slurm, folder, settings, warnings, said, printed, hooks, run };
}

describe('a suite as a job array', () => {
  test('gives the report of a local run, with a task for each entry', async () => {
    const { slurm, settings, warnings, folder, run } = await submission();
    const progress: number[] = [];
    const report = await run({
      onProgress: ({ done, total }: { done: number; total: number }) => {
        assert.equal(total, 2);
        progress.push(done);
      },
    });
    assert.deepEqual(comparable(report!), comparable(await runBench(settings)));
    assert.deepEqual(slurm.arrays(), ['1-2']);
    assert.deepEqual(warnings, report!.warnings);
    assert.ok(progress.includes(0) && progress.includes(1), `${progress}`);
    assert.ok(existsSync(join(folder, 'cache')));
  });

  test('settings reach sbatch and the tasks', async () => {
    const { slurm, folder, run } = await submission({
      slurmPartition: 'p',
      slurmTasks: '1',
      slurmCpus: '3',
      slurmArrayLimit: '5',
    });
    const report = await run();
    const [args] = slurm.calls('sbatch');
    for (const arg of ['--partition=p', '--cpus-per-task=3', '--array=1%5'])
      assert.ok(args!.includes(arg), arg);
    assert.equal(report!.environment.threads, 3);
    assert.match(readFileSync(join(folder, 'task.sh'), 'utf8'), /'--threads' '3'/);
  });

  test('more tasks than entries are not made', async () => {
    const { slurm, run } = await submission({ slurmTasks: '40', detach: true });
    assert.equal(await run(), undefined);
    assert.deepEqual(slurm.arrays(), ['1-2']);
  });

  test('a folder serves one submission', async () => {
    const { run } = await submission({ detach: true });
    await run();
    await assert.rejects(run(), userError(/--slurm-dir: .* holds a submitted suite; bench attach/));
  });
});

describe('tasks that fail', () => {
  for (const state of ['NODE_FAIL', 'OUT_OF_MEMORY', 'TIMEOUT', 'FAILED', 'CANCELLED']) {
    test(`${state}: that task alone is submitted again`, async () => {
      const { slurm, settings, warnings, run } = await submission();
      slurm.fate(2, state, 2);
      const report = await run();
      assert.deepEqual(slurm.arrays(), ['1-2', '2', '2']);
      assert.deepEqual(comparable(report!), comparable(await runBench(settings)));
      assert.match(warnings[0]!, new RegExp(`^task 2: ${state}; submitted again as job 2$`));
    });
  }

  test('one that Slurm forgets is submitted again after a while', async () => {
    const { slurm, warnings, run } = await submission();
    slurm.fate(1, 'VANISHED', 1);
    const report = await run();
    assert.equal(report!.entries.length, 2);
    assert.deepEqual(slurm.arrays(), ['1-2', '1']);
    assert.match(warnings[0]!, /^task 1: not known to Slurm any more; submitted again/);
    assert.ok(slurm.calls('sacct').some((args) => args.includes('--jobs=1')));
  });

  test('one that ends well without results, too', async () => {
    const { slurm, warnings, run } = await submission();
    slurm.fate(2, 'COMPLETED', 1);
    await run();
    assert.deepEqual(slurm.arrays(), ['1-2', '2']);
    assert.match(warnings[0]!, /^task 2: COMPLETED without results; submitted again/);
  });

  test('after three attempts it is given up, and the others are finished first', async () => {
    const { slurm, folder, run } = await submission();
    slurm.fate(1, 'OUT_OF_MEMORY', 9);
    await assert.rejects(
      run(),
      userError(
        /^1 of 2 tasks did not finish \(1\): task 1 OUT_OF_MEMORY 3 times \(log: task 1 met its fate: OUT_OF_MEMORY\); logs/,
      ),
    );
    assert.deepEqual(slurm.arrays(), ['1-2', '1', '1']);
    assert.equal(JSON.parse(readFileSync(join(folder, 'part-2.json'), 'utf8')).complete, true);
  });

  test('an array that somebody cancelled is not submitted again', async () => {
    const { slurm, run } = await submission();
    slurm.hang(1);
    slurm.hang(2);
    const onProgress = () => slurm.end('CANCELLED', '1_1', '1_2');
    await assert.rejects(
      run({ onProgress }),
      userError(/2 of 2 tasks did not finish \(1-2\): task 1 CANCELLED \(no log\); task 2 CANCELLED/),
    );
    assert.deepEqual(slurm.arrays(), ['1-2']);
  });

  test('sbatch that refuses the retry ends the task', async () => {
    const { slurm, run } = await submission();
    slurm.fate(2, 'TIMEOUT', 1);
    const onProgress = () => slurm.refuse('Batch job submission failed: Job violates accounting/QOS policy');
    await assert.rejects(
      run({ onProgress, onWarning: () => undefined }),
      userError(/task 2 TIMEOUT, then sbatch refused the job: .*QOS policy/),
    );
  });
});

describe('a controller that does not answer', () => {
  test('is waited for', async () => {
    const { slurm, warnings, said, run } = await submission();
    slurm.hang(2);
    let looks = 0;
    const report = await run({
      onProgress: () => {
        looks += 1;
        if (looks === 1) slurm.down(true);
        if (looks === 5) {
          slurm.fate(2, 'HANG', 0);
          slurm.end('NODE_FAIL', '1_2');
          slurm.down(false);
        }
      },
    });
    assert.equal(report!.entries.length, 2);
    assert.match(warnings[0]!, /^squeue: Slurm does not answer: Unable to contact .*; still waiting$/);
    assert.equal(warnings.filter((message) => message.includes('still waiting')).length, 1);
    assert.ok(said.includes('Slurm answers again'));
    assert.deepEqual(slurm.arrays(), ['1-2', '2']);
  });

  test('but not for ever', async () => {
    const { slurm, run } = await submission({}, { ...quick, outage: 300 });
    slurm.hang(2);
    await assert.rejects(
      run({ onProgress: () => slurm.down(true) }),
      (error: unknown) =>
        error instanceof UserError &&
        error.exitCode === EXIT.unavailable &&
        /bench attach/.test(error.message),
    );
  });

  test('results are taken also while it is down', async () => {
    const { slurm, run } = await submission();
    const report = await run({ onProgress: () => slurm.down(true) });
    assert.equal(report!.entries.length, 2);
  });

  test('at the submission: exit code 3, and attach submits', async () => {
    const { slurm, folder, hooks, run } = await submission();
    slurm.down(true);
    await assert.rejects(
      run(),
      (error: unknown) =>
        error instanceof UserError &&
        error.exitCode === EXIT.unavailable &&
        /bench attach/.test(error.message),
    );
    slurm.down(false);
    const tools = new SlurmTools(slurm.environment);
    const report = await collectRun(folder, await loadRun(folder), { tools, hooks, patience: quick });
    assert.equal(report.entries.length, 2);
    assert.deepEqual(slurm.arrays().length, 2);
  });
});

describe('going on later', () => {
  test('jobs are found by their name where the number was lost', async () => {
    const { slurm, folder, hooks, run } = await submission({ detach: true });
    await run();
    await storeRun(folder, { ...(await loadRun(folder)), jobs: [] });
    const tools = new SlurmTools(slurm.environment);
    const report = await collectRun(folder, await loadRun(folder), { tools, hooks, patience: quick });
    assert.equal(report.entries.length, 2);
    assert.deepEqual(slurm.arrays(), ['1-2']);
    assert.deepEqual((await loadRun(folder)).jobs, [{ job: '1', tasks: [1, 2] }]);
  });

  test('results of a suite that was changed meanwhile are refused', async () => {
    const { slurm, folder, hooks, run } = await submission();
    await run();
    const stored = await loadRun(folder);
    const other = { ...stored, suite: { ...stored.suite, sha256: '0'.repeat(64) } };
    const tools = new SlurmTools(slurm.environment);
    await assert.rejects(
      collectRun(folder, other, { tools, hooks, patience: quick }),
      userError(/part-1.json: is of another suite than was submitted; .*suite.json was changed/),
    );
  });
});
