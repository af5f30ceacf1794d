import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { readBenchReport } from '../../src/bench/read_report.js';
import { benchReporters } from '../../src/report/bench/reporters.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { temporaryFolder } from '../support/temporary.js';
import { lasting, suiteIn, table } from './bench_fixture.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const quiet = ['--threads', '1', '--quiet'];
const bench = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  approxtorch(['bench', ...quiet, ...args], { env: { GITHUB_STEP_SUMMARY: '', ...env } });

/** Forms that go to files. */
const kinds = Object.keys(benchReporters).filter((name) => !name.startsWith('github'));
/** What each of them begins with. */
const beginnings: Readonly<Record<string, RegExp>> = {
  text: /^benchmark reports\n/,
  json: /^\{\n? *"schemaVersion"/,
  csv: /^id,key,/,
  junit: /^<\?xml /,
  markdown: /^<!-- approxtorch bench: reports -->\n## /,
  'smaller-is-better': /^\[/,
};

let suite: string;
before(() => {
  const gates = { maxDrop: { exact: 1 } };
  suite = suiteIn(folder, 'reports', { multipliers: [table('broken_array9_int8'), 'exact'], gates });
});

function assertAll(prefix: string): void {
  for (const kind of kinds) {
    const text = readFileSync(out(`${prefix}.${kind}`), 'utf8');
    if (beginnings[kind] !== undefined) assert.match(text, beginnings[kind], kind);
    assert.ok(text.includes('broken_array9_int8'), kind);
  }
}

describe('the reports of bench', () => {
  test('are written all at once; annotations go to stdout, the summary where GitHub wants it', async () => {
    writeFileSync(out('summary.md'), 'of the step before\n');
    const reports = kinds.flatMap((kind) => ['--report', `${kind}=${out(`all.${kind}`)}`]);
    const { stdout, stderr, code } = await bench([suite, ...reports, '--report', 'github'], {
      GITHUB_STEP_SUMMARY: out('summary.md'),
    });
    assert.equal(stderr, '');
    assert.equal(code, 1);
    assertAll('all');
    assert.match(stdout, /^::error file=.*broken_array9_int8::maxDrop\.exact/m);
    assert.match(stdout, /^FAIL broken_array9_int8/m);
    assert.match(
      readFileSync(out('summary.md'), 'utf8'),
      /^of the step before\n<!-- approxtorch bench: reports -->/,
    );
  });

  test('leave stdout to the document of --format json', async () => {
    const { stdout, stderr, code } = await bench([suite, '--report', 'github', '--format', 'json']);
    assert.equal(code, 1);
    const report: BenchReport = JSON.parse(stdout);
    assert.equal(report.command, 'bench');
    assert.match(stderr, /^::error /m);
    assert.ok(
      stderr
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('::')),
    );
  });

  test('go to --output in the format asked for', async () => {
    const { stdout } = await bench([suite, '--format', 'json', '--output', out('output.json')]);
    assert.equal(stdout, '');
    const stored = readBenchReport(readFileSync(out('output.json')), 'output.json');
    assert.equal(stored.entries.length, 2);
    await bench([suite, '--output', out('output.txt')]);
    assert.match(readFileSync(out('output.txt'), 'utf8'), /^benchmark reports\n/);
  });

  test('a summary that cannot be written is said before the work', async () => {
    const env = { GITHUB_STEP_SUMMARY: out('no/summary.md') };
    const { stderr, stdout, code } = await bench([suite, '--report', 'github'], env);
    assert.match(stderr, /^approxtorch: .*summary\.md: cannot write it[^\n]*\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });

  test('a file that cannot be written is said before the work', {
    skip: process.getuid?.() === 0 ? 'root writes everywhere' : false,
  }, async () => {
    writeFileSync(out('fixed.csv'), 'old');
    chmodSync(out('fixed.csv'), 0o444);
    const { stderr, code } = await bench([suite, '--report', `csv=${out('fixed.csv')}`]);
    assert.match(stderr, /fixed\.csv: cannot write it: permission denied/);
    assert.equal(code, 2);
    assert.equal(readFileSync(out('fixed.csv'), 'utf8'), 'old');
  });
});

describe('approxtorch report', () => {
  const report = (...args: string[]) =>
    approxtorch(['report', ...args], { env: { GITHUB_STEP_SUMMARY: out('later.md') } });

  before(async () => {
    await bench([suite, '--report', `json=${out('stored.json')}`, '--report', `text=${out('stored.txt')}`]);
  });

  test('prints stored results as bench did', async () => {
    const { stdout, stderr, code } = await report(out('stored.json'));
    assert.deepEqual([stderr, code], ['', 0]);
    assert.equal(stdout, readFileSync(out('stored.txt'), 'utf8'));
    const json = await report(out('stored.json'), '--format', 'json');
    assert.deepEqual(JSON.parse(json.stdout), JSON.parse(readFileSync(out('stored.json'), 'utf8')));
  });

  test('writes every form, by a flag of its own or by --report', async () => {
    const own = kinds.filter((kind) => kind !== 'text').flatMap((kind) => [`--${kind}`, out(`own.${kind}`)]);
    const { stdout, stderr, code } = await report(
      out('stored.json'),
      ...own,
      ...['--report', `text=${out('own.text')}`, '--github'],
    );
    assert.deepEqual([stderr, code], ['', 0]);
    assertAll('own');
    assert.match(stdout, /^::error /);
    assert.doesNotMatch(stdout, /^benchmark/m);
    assert.match(readFileSync(out('later.md'), 'utf8'), /^<!-- approxtorch bench/);
    assert.deepEqual(
      JSON.parse(readFileSync(out('own.json'), 'utf8')),
      JSON.parse(readFileSync(out('stored.json'), 'utf8')),
    );
  });

  test('refuses what is no report, and to write over what it reads', async () => {
    writeFileSync(out('other.json'), '{"command":"eval"}');
    for (const [args, expected] of [
      [[out('other.json')], /other\.json: not the report of a benchmark/],
      [[out('gone.json')], /gone\.json: cannot read it/],
      [[out('stored.json'), '--json', out('stored.json')], /is read by this command too/],
      [[out('stored.json'), '--csv', out('no/x.csv')], /x\.csv: cannot write it/],
      [[out('stored.json'), '--report', 'pdf=x'], /--report: 'pdf=x', expected KIND=FILE/],
    ] as const) {
      const { stdout, stderr, code } = await report(...args);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.deepEqual([stdout, code], ['', 2]);
    }
  });
});

describe('approxtorch merge', () => {
  const merge = (...args: string[]) => approxtorch(['merge', ...args]);
  const parts = [1, 2, 3].map((index) => out(`part${index}.json`));

  before(async () => {
    const many = suiteIn(folder, 'many', {
      multipliers: [table('*_int8')],
      gates: { maxDrop: { exact: 10 } },
    });
    for (const [i, part] of parts.entries()) {
      await bench([many, '--shard', `${i + 1}/3`, '--format', 'json', '-o', part]);
    }
    await bench([many, '--format', 'json', '-o', out('whole.json')]);
  });

  test('gives the report of one run, in whatever order, and its exit code', async () => {
    const whole = JSON.parse(readFileSync(out('whole.json'), 'utf8'));
    for (const order of [parts, parts.toReversed()]) {
      const { stdout, stderr, code } = await merge(
        ...order,
        '--format',
        'json',
        '--report',
        `csv=${out('merged.csv')}`,
      );
      assert.deepEqual([stderr, code], ['', 1]);
      assert.deepEqual(lasting(JSON.parse(stdout)), lasting(whole));
      assert.equal(readFileSync(out('merged.csv'), 'utf8').trimEnd().split('\r\n').length, 6);
    }
    const { stdout } = await merge(...parts);
    assert.match(stdout, /^benchmark many\n/);
  });

  test('refuses gaps, overlaps, other suites and interrupted shards', async () => {
    const [one, two, three] = parts as [string, string, string];
    const change = (name: string, changes: object) => {
      const stored = JSON.parse(readFileSync(three, 'utf8'));
      writeFileSync(out(name), JSON.stringify({ ...stored, ...changes }));
      return out(name);
    };
    const other = suiteIn(folder, 'other', { multipliers: [table('*_int8')], limit: 20 });
    await bench([other, '--shard', '3/3', '--format', 'json', '-o', out('foreign.json')]);
    for (const [args, expected] of [
      [[one, three], /shard 2 of 3 is missing/],
      [[one], /shards 2, 3 of 3 are missing/],
      [[one, two, two, three], /a file is named twice/],
      [[one, two, three, change('copy.json', {})], /copy\.json: is shard 3 of 3, and so is/],
      [[one, two, out('foreign.json')], /foreign\.json: is of another suite/],
      [[one, two, change('partial.json', { complete: false })], /partial\.json: the run was interrupted/],
      [[one, two, out('whole.json')], /whole\.json: is the report of a whole run/],
      [[one, two, three, '-o', one], /is read by this command too/],
    ] as const) {
      const { stdout, stderr, code } = await merge(...args);
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.deepEqual([stdout, code], ['', 2]);
    }
  });
});
