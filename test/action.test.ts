import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { readBenchReport } from '../src/bench/read_report.js';
import { packagePath } from '../src/util/paths.js';
import { small, table } from './cli/bench_fixture.js';
import { temporaryFolder } from './support/temporary.js';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const text = readFileSync(packagePath('action.yml'), 'utf8');
const action = parse(text) as Action;
const { steps } = action.runs;

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
/** A name that a shell would do things with, and the file that it would make. */
const hostile = 'it\'s $(touch pwned) `touch pwned`; touch pwned & "a b"';

/** Runs the script of a step as the runner does, in the folder. */
function runStep(id: string, env: Readonly<Record<string, string>>) {
  const step = steps.find((one) => one.id === id)!;
  assert.deepEqual(Object.keys(step.env!).sort(), Object.keys(env).sort());
  writeFileSync(out('outputs'), '');
  const runner = {
    GITHUB_ACTION_PATH: packagePath(),
    GITHUB_OUTPUT: out('outputs'),
    GITHUB_REPOSITORY: 'some/where',
    GITHUB_STEP_SUMMARY: out('summary.md'),
    RUNNER_TEMP: out('temp'),
  };
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run!],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${out('bin')}:${process.env.PATH}`, ...runner, ...env },
    },
  );
  const lines = readFileSync(out('outputs'), 'utf8').trim().split('\n');
  const outputs = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
  assert.equal(existsSync(out('pwned')), false);
  return { status, stdout, stderr, outputs };
}

before(() => {
  for (const name of ['temp', 'bin', hostile]) mkdirSync(out(name));
});

describe('the action for GitHub', () => {
  test('has the form of a composite action', () => {
    assert.deepEqual(Object.keys(action).sort(), [
      'branding',
      'description',
      'inputs',
      'name',
      'outputs',
      'runs',
    ]);
    assert.equal(action.runs.using, 'composite');
    for (const [name, input] of Object.entries(action.inputs)) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(input.description.length > 0);
      assert.equal(typeof (input.required ?? input.default), input.required ? 'boolean' : 'string', name);
    }
    const known = ['name', 'id', 'if', 'uses', 'with', 'shell', 'env', 'run'];
    for (const step of steps) {
      for (const key of Object.keys(step)) assert.ok(known.includes(key), key);
      assert.notEqual(step.uses === undefined, step.run === undefined);
      if (step.uses !== undefined) assert.match(step.uses, /^actions\/[a-z-/]+@v\d+$/);
      else assert.equal(step.shell, 'bash');
    }
  });

  test('uses every input, and none that it does not have', () => {
    const used = [...text.matchAll(/inputs\.([a-z-]+)/g)].map((match) => match[1]!);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(action.inputs).sort());
    for (const [, id, name] of text.matchAll(/steps\.([a-z]+)\.outputs\.([a-z]+)/g)) {
      const step = steps.find((one) => one.id === id);
      assert.ok(step?.run?.includes(`echo "${name}=`), `${id}.${name}`);
    }
  });

  test('evaluates no expression within a script, and scripts use what they are given', () => {
    const given = ['GITHUB_ACTION_PATH', 'GITHUB_OUTPUT', 'GITHUB_REPOSITORY', 'RUNNER_TEMP', 'MARKER'];
    for (const { run, env = {}, name } of steps) {
      if (run === undefined) continue;
      assert.doesNotMatch(run, /\$\{\{|\beval\b/, name);
      const variables = [...run.matchAll(/\$\{?([A-Z_]+)\b/g)].map((match) => match[1]!);
      for (const variable of variables) {
        assert.ok(variable in env || given.includes(variable), `${name}: ${variable}`);
      }
      for (const variable of Object.keys(env)) {
        if (variable !== 'GH_TOKEN') assert.ok(variables.includes(variable), `${name}: ${variable}`);
      }
      assert.equal(spawnSync('bash', ['-n', '-c', run]).status, 0, name);
    }
  });

  test('builds tables from designs of any name', () => {
    const designs = out(hostile);
    for (const name of ['one.c', `two $(touch pwned).c`]) {
      writeFileSync(join(designs, name), 'int mul(signed char A, signed char B) { return A * (B & ~1); }\n');
    }
    const env = {
      DESIGNS: `\n${join(designs, '*.c')}\n`,
      DESIGN_ARGS: '--top\nmul\n',
      LUTS: out(`luts ${hostile}`),
    };
    // The pattern holds a quote and blanks of the folder's name, which a glob takes as they are.
    const { status, stderr } = runStep('tables', env);
    assert.equal(status, 0, stderr);
    assert.deepEqual(readdirSync(env.LUTS).sort(), ['one.txt', 'two $(touch pwned).txt']);
    const none = runStep('tables', { ...env, DESIGNS: 'nowhere/*.v' });
    assert.equal(none.status, 2);
    assert.match(none.stdout, /^::error::designs: nowhere\/\*\.v fits no file$/m);
  });

  test('runs the suite, keeps its exit code for the end, and writes all reports', () => {
    const suite = join(out(hostile), 'suite.json');
    const gates = { maxDrop: { exact: 1 } };
    writeFileSync(suite, JSON.stringify({ ...small, multipliers: [table('broken_array9_int8')], gates }));
    const env = {
      SUITE: suite,
      BASELINE: '',
      CACHE: out(`cache ${hostile}`),
      ARGS: '--threads\n1\n\n--quiet',
    };
    const failed = runStep('bench', env);
    assert.equal(failed.status, 0, failed.stderr);
    assert.deepEqual(failed.outputs, { code: '1', reports: out('temp/approxtorch-bench') });
    assert.match(failed.stdout, /^::error file=.*maxDrop\.exact/m);
    assert.deepEqual(readdirSync(failed.outputs.reports!).sort(), [
      'bench.json',
      'bench.md',
      'bench.txt',
      'bench.xml',
    ]);
    assert.match(readFileSync(out('summary.md'), 'utf8'), /^<!-- approxtorch bench: suite -->/);
    const json = join(failed.outputs.reports!, 'bench.json');
    copyFileSync(json, out('base.json'));
    const again = runStep('bench', { ...env, BASELINE: out('base.json') });
    assert.equal(again.outputs.code, '1');
    const report = readBenchReport(readFileSync(json), json);
    assert.deepEqual([report.summary.cached, report.entries[0]!.baseline!.match], [1, 'content']);
    const wrong = runStep('bench', { ...env, SUITE: '--shard=x' });
    assert.deepEqual([wrong.status, wrong.outputs.code], [0, '2']);
  });

  test('ends with the exit code of bench', () => {
    for (const code of [0, 1, 2]) assert.equal(runStep('verdict', { CODE: String(code) }).status, code);
    assert.equal(runStep('verdict', { CODE: '' }).status, 2);
  });

  test('writes a comment, and the next time that one again', () => {
    writeFileSync(out('report.md'), '<!-- approxtorch bench: a "b" $x -->\n## FAIL\n');
    // A stand-in for gh: notes its arguments, and answers what the file has.
    writeFileSync(
      out('bin/gh'),
      '#!/usr/bin/env bash\nprintf "%s\\n" "MARKER=$MARKER" "$@" -- >> gh.log\nif [[ $* == *--paginate* ]]; then cat found; fi\nexit "$(cat gh.code)"\n',
    );
    chmodSync(out('bin/gh'), 0o755);
    const env = { GH_TOKEN: 'none', PULL: '7', REPORT: out('report.md') };
    const comments = 'repos/some/where/issues/7/comments';
    const called = (found: string, code = '0') => {
      writeFileSync(out('found'), found);
      writeFileSync(out('gh.code'), code);
      writeFileSync(out('gh.log'), '');
      const { status, stdout } = runStep('comment', env);
      assert.equal(status, 0);
      return { stdout, log: readFileSync(out('gh.log'), 'utf8').split('\n--\n') };
    };
    const fresh = called('');
    assert.match(fresh.log[0]!, /^MARKER=<!-- approxtorch bench: a "b" \$x -->\napi\n--paginate\n/);
    assert.ok(fresh.log[0]!.includes(`${comments}?per_page=100`));
    assert.ok(fresh.log[1]!.includes(`--method\nPOST\n${comments}\n--field\nbody=@${out('report.md')}`));
    const again = called('41\n42\n');
    assert.ok(again.log[1]!.includes('--method\nPATCH\nrepos/some/where/issues/comments/41\n--field'));
    assert.match(called('', '1').stdout, /^::warning::the comment was not written/);
    const without = runStep('comment', { ...env, REPORT: '/bench.md' });
    assert.deepEqual([without.status, without.stdout], [0, '']);
  });
});
