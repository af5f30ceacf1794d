import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readBenchReport } from '../../src/bench/read_report.js';
import { runEval } from '../../src/eval/run_eval.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { temporaryFolder } from '../support/temporary.js';
import { demoModel, lasting, suiteIn, table } from './bench_fixture.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const quiet = ['--threads', '1', '--quiet'];
const bench = (...args: string[]) => approxtorch(['bench', ...quiet, ...args]);
const reportIn = (name: string): BenchReport => readBenchReport(readFileSync(out(name)), name);

describe('approxtorch bench', () => {
  test('prints the results of a suite, and says what they mean in its exit code', async () => {
    const passing = await bench(suiteIn(folder, 'passing', { gates: { maxDrop: { exact: 50 } } }));
    assert.equal(passing.stderr, '');
    assert.equal(passing.code, 0);
    assert.match(passing.stdout, /^pass drum2_int8/m);
    assert.match(passing.stdout, /^pass: passing$/m);
    const failing = await bench(
      suiteIn(folder, 'failing', {
        multipliers: [table('truncated4_int8')],
        gates: { maxDrop: { exact: 1 } },
      }),
    );
    assert.equal(failing.code, 1);
    assert.match(failing.stdout, /^FAIL truncated4_int8/m);
  });

  test('too few images to tell are no failure, and it says how many would do', async () => {
    const { stdout, code } = await bench(
      suiteIn(folder, 'open', { multipliers: ['exact'], gates: { minTop1: 97.5 } }),
      ...['--format', 'json'],
    );
    assert.equal(code, 0);
    const report: BenchReport = JSON.parse(stdout);
    const [gate] = report.entries[0]!.gates;
    assert.equal(gate!.verdict, 'undecided');
    assert.ok(gate!.imagesNeeded! > 100);
    const { stdout: text } = await bench(out('open.yaml'));
    assert.match(text, /minTop1 .* images/);
  });

  test('takes flags instead of a suite, and has the figures of eval', async () => {
    const { stdout, stderr, code } = await bench(
      ...['--model', demoModel, '--luts', table('*_int8'), '--limit', '100', '--batch', '50'],
      ...['--qmethod', 'dynamic,tensor,channel', '--max-drop', '90', '--min-top1', '1', '--format', 'json'],
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const report: BenchReport = JSON.parse(stdout);
    assert.deepEqual([report.suite.file, report.suite.name, report.entries.length], [null, 'bench', 5]);
    const { results } = await runEval({
      ...{ model: demoModel, lut: table('drum2_int8'), overrides: {}, threads: 1, seed: 1 },
      ...{ baselines: { float: true, exact: true }, confusion: false, perClass: false, partial: false },
      ...{ limit: 100, batch: 50, qmethod: { mode: 'dynamic', activation: 'tensor', weight: 'channel' } },
    });
    const drum = report.entries.find(({ multiplier }) => multiplier === 'drum2_int8')!;
    assert.equal(drum.approx!.loss, results.approx.loss);
    assert.equal(drum.float!.loss, results.float!.loss);
    assert.deepEqual(
      drum.gates.map(({ gate }) => gate),
      ['minTop1', 'maxDrop.exact'],
    );
  });

  test('an entry that fails is one of the results; the exit code tells', async () => {
    const path = suiteIn(folder, 'partly', { multipliers: [out('gone.txt'), table('drum2_int8')] });
    const { stdout, stderr, code } = await bench(path, '--format', 'json');
    assert.equal(stderr, '');
    assert.equal(code, 1);
    const { summary } = JSON.parse(stdout) as BenchReport;
    assert.deepEqual([summary.done, summary.failed], [1, 1]);
    const none = await bench(suiteIn(folder, 'nothing', { multipliers: [out('gone.txt')] }));
    assert.equal(none.code, 1);
    assert.match(none.stdout, /gone\.txt: cannot read it/);
  });

  test('--jobs and --sensitivity give what one process gives', async () => {
    const path = suiteIn(folder, 'jobs', {
      multipliers: [table('*_int8')],
      gates: { maxDrop: { exact: 5 } },
    });
    const one = await bench(path, '--sensitivity', '--report', `json=${out('one.json')}`);
    const more = await bench(path, '--sensitivity', '--jobs', '2', '--report', `json=${out('more.json')}`);
    assert.deepEqual([one.code, more.code, more.stderr], [1, 1, '']);
    assert.deepEqual(lasting(reportIn('more.json')), lasting(reportIn('one.json')));
    assert.ok(reportIn('more.json').entries.every(({ sensitivity }) => sensitivity!.length === 5));
  });

  test('--jobs works with flags, and with more processes than entries', async () => {
    const args = ['--model', demoModel, '--luts', table('drum2_int8'), '--limit', '50', '--format', 'json'];
    const [one, more] = [await bench(...args), await bench(...args, '--jobs', '8')];
    assert.deepEqual([one.code, more.code, more.stderr], [0, 0, '']);
    assert.deepEqual(lasting(JSON.parse(more.stdout)), lasting(JSON.parse(one.stdout)));
  });

  test('keeps results in --cache for the next run', async () => {
    const path = suiteIn(folder, 'cached', {});
    const args = [path, '--cache', out('cache'), '--format', 'json'];
    const [cold, warm] = [await bench(...args), await bench(...args)];
    const cached = ({ stdout }: { readonly stdout: string }) =>
      (JSON.parse(stdout) as BenchReport).summary.cached;
    assert.deepEqual([cached(cold), cached(warm)], [0, 2]);
    assert.ok(readdirSync(out('cache')).length > 0);
    assert.match((await bench(path, '--cache', out('cache'))).stdout, /2 cached|from the cache/);
  });

  test('warns of each thing once, on stderr and in the report', async () => {
    const lopsided = out('lopsided.txt');
    const { code } = await approxtorch([
      ...['lut', 'generate', 'perforated', '--rows', '2', '--types', 'int8', '-o', lopsided],
    ]);
    assert.equal(code, 0);
    const path = suiteIn(folder, 'warned', {
      multipliers: [lopsided, 'exact'],
      quantizations: ['static,tensor,channel', 'dynamic,tensor,channel'],
    });
    const { stderr, stdout } = await approxtorch(['bench', path, '--threads', '1', '--format', 'json']);
    assert.equal(stderr.match(/the table is not symmetric/g)?.length, 1);
    assert.equal((JSON.parse(stdout) as BenchReport).warnings.length, 1);
  });
});

describe('approxtorch bench refuses in one line', () => {
  const suite = suiteIn(folder, 'refused', {});
  writeFileSync(out('typo.yaml'), 'models: [a.onnx]\nmultipliers: [exact]\ngats:\n  minTop1: 3\n');
  writeFileSync(out('corrupt.json'), '{"schemaVersion": 1');
  const refused: [string, string[], RegExp][] = [
    ['no suite', [], /no suite given; expected e\.g\. approxtorch bench suite\.yaml, or --model/],
    ['a model without tables', ['--model', demoModel], /no suite given/],
    ['a suite and a model', [suite, '--model', demoModel], /--model: stands instead of a suite file/],
    ['a suite and a gate', [suite, '--max-drop', '1'], /--max-drop: stands instead of a suite file/],
    ['a suite that is missing', [out('gone.yaml')], /gone\.yaml: cannot read it/],
    ['an unknown setting', [out('typo.yaml')], /typo\.yaml:3: .*gats.* did you mean .*gates/],
    ['shard 0', [suite, '--shard', '0/3'], /--shard: '0\/3', expected i\/n/],
    ['shard 4 of 3', [suite, '--shard', '4/3'], /--shard: '4\/3', expected i\/n/],
    ['half a shard', [suite, '--shard', '1.5/3'], /--shard: '1\.5\/3'/],
    ['no jobs', [suite, '--jobs', '0'], /--jobs: '0', expected a whole number/],
    ['some jobs', [suite, '--jobs', 'some'], /--jobs: 'some', expected a number/],
    ['jobs of a shard', [suite, '--jobs', '2', '--shard', '1/2'], /--jobs: goes with whole suites/],
    ['no threads', [suite, '--threads', '0'], /--threads: '0'/],
    [
      'a gate that is no number',
      ['--model', demoModel, '--luts', 'exact', '--min-top1', 'x'],
      /--min-top1: 'x'/,
    ],
    [
      'a limit of 0',
      ['--model', demoModel, '--luts', 'exact', '--limit', '0'],
      /limit: expected a whole number/,
    ],
    ['tables that are none', ['--model', demoModel, '--luts', out('*.none')], /fits no file/],
    ['an unknown form', [suite, '--report', 'junti=x.xml'], /junti=x\.xml.* did you mean "junit"/],
    ['a form without a file', [suite, '--report', 'csv'], /--report: 'csv', expected csv=FILE/],
    ['an unknown format', [suite, '--format', 'yaml'], /--format: 'yaml', expected text or json/],
    [
      'a report in no folder',
      [suite, '--report', `csv=${out('no/where.csv')}`],
      /where\.csv: cannot write it/,
    ],
    [
      'one of two reports in no folder',
      [suite, '--report', `csv=${out('no/where.csv')}`, '--report', `csv=${out('fine.csv')}`],
      /where\.csv: cannot write it/,
    ],
    ['a report over the suite', [suite, '--report', `json=${suite}`], /is read by this command too/],
    ['a report over the model', [suite, '-o', demoModel], /is read by this command too/],
    ['a report over a table', [suite, '-o', table('drum2_int8')], /is read by this command too/],
    [
      'two reports in one file',
      [suite, '--report', `csv=${out('x')}`, '--report', `text=${out('x')}`],
      /is written by/,
    ],
    ['a cache that is a file', [suite, '--cache', suite], /is not a folder/],
    ['a baseline that is missing', [suite, '--baseline', out('gone.json')], /gone\.json: cannot read it/],
    ['a baseline that is corrupt', [suite, '--baseline', out('corrupt.json')], /corrupt\.json/],
    [
      'a report over the baseline',
      [suite, '--baseline', out('corrupt.json'), '-o', out('corrupt.json')],
      /is read by|corrupt/,
    ],
    [
      '--update-baseline without a file',
      [suite, '--update-baseline'],
      /--update-baseline: needs --baseline FILE/,
    ],
    [
      'a baseline in no folder',
      [suite, '--baseline', out('no/base.json'), '--update-baseline'],
      /base\.json: cannot write it/,
    ],
    [
      'a shard as the baseline',
      [suite, '--baseline', out('base.json'), '--update-baseline', '--shard', '1/2'],
      /--update-baseline: a shard is no baseline/,
    ],
  ];
  for (const [what, args, expected] of refused) {
    test(what, async () => {
      const { stdout, stderr, code } = await bench(...args);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.deepEqual([stdout, code], ['', 2]);
      assert.equal(existsSync(out('fine.csv')), false);
    });
  }
});
