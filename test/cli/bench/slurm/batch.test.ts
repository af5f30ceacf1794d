import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { batchScript, quoted, ranges, sbatchArguments } from '../../../../src/cli/bench/slurm/batch.js';
import { userError } from '../../../support/errors.js';
import { temporaryFolder } from '../../../support/temporary.js';

const folder = temporaryFolder();

const hostile = [
  'plain',
  'with space',
  "it's",
  '"double"',
  '$(touch injected)',
  '`touch injected`',
  '$HOME',
  '; touch injected;',
  '& touch injected &',
  '*',
  '~',
  '-rf',
  '#SBATCH --time=1',
  '\\',
  "'\\''",
  'ünïcode',
  '!',
  '',
];

describe('the script of the tasks', () => {
  const echo = join(folder, 'echo.mjs');
  writeFileSync(
    echo,
    "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.SEEN, JSON.stringify([process.cwd(), ...process.argv.slice(2)]));\nprocess.exit(Number(process.env.CODE));\n",
  );

  function runScript(script: string, task: number, code: number) {
    const file = join(folder, 'task.sh');
    const seen = join(folder, 'seen.json');
    writeFileSync(file, script);
    const { status } = spawnSync('sh', [file], {
      env: { ...process.env, SLURM_ARRAY_TASK_ID: String(task), SEEN: seen, CODE: String(code) },
    });
    return { status, seen: JSON.parse(readFileSync(seen, 'utf8')) as string[] };
  }

  test('hands every word on as it is', () => {
    const cwd = join(folder, 'we ird $(touch injected) \'"`');
    mkdirSync(cwd);
    const before = readdirSync(folder).length;
    for (const word of hostile) {
      const script = batchScript({
        cwd,
        head: [process.execPath, echo, 'bench', word],
        options: ['--cache', word],
        count: 12,
        folder: `/shared/${word}`,
      });
      const { seen } = runScript(script, 7, 0);
      const part = word === '' ? '/shared/part-7.json' : `/shared/${word}/part-7.json`;
      assert.deepEqual(seen, [cwd, 'bench', word, '--shard', '7/12', '--cache', word, '--output', part]);
      assert.ok(!/^#SBATCH/m.test(script));
    }
    assert.deepEqual(readdirSync(cwd), []);
    assert.equal(readdirSync(folder).length, before + 2);
  });

  test('a failed gate is no failure of the task, all else is', () => {
    const script = batchScript({
      cwd: folder,
      head: [process.execPath, echo],
      options: [],
      count: 1,
      folder,
    });
    for (const [code, status] of [
      [0, 0],
      [1, 0],
      [2, 2],
      [3, 3],
      [70, 70],
      [130, 130],
    ] as const) {
      assert.equal(runScript(script, 1, code).status, status);
    }
  });

  test('line breaks and other control characters are refused', () => {
    for (const text of ['a\nb', 'a\r', '\0', 'a\n#SBATCH --uid=0', '\u001b[2J']) {
      assert.throws(() => quoted(text), userError(/line break or control character/));
      assert.throws(
        () => batchScript({ cwd: '/', head: ['node'], options: [], count: 1, folder: `/x/${text}` }),
        userError(/control character/),
      );
    }
  });
});

describe('the arguments of sbatch', () => {
  const run = { name: 'approxtorch-1', folder: '/shared/run', tasks: [1, 2, 3] };

  test('have what was set, and no more', () => {
    assert.deepEqual(sbatchArguments({ cpus: 4 }, run), [
      '--parsable',
      '--job-name=approxtorch-1',
      '--array=1-3',
      '--output=/shared/run/log-%a.txt',
      '--open-mode=append',
      '--ntasks=1',
      '--cpus-per-task=4',
      '/shared/run/task.sh',
    ]);
    const all = { cpus: 1, partition: 'p q', account: '--uid=0', gres: 'gpu:1', time: '1-0', arrayLimit: 2 };
    const args = sbatchArguments(all, run);
    assert.equal(args[2], '--array=1-3%2');
    assert.deepEqual(args.slice(7, -1), [
      '--partition=p q',
      '--account=--uid=0',
      '--gres=gpu:1',
      '--time=1-0',
    ]);
  });

  test('Slurm replaces nothing in the path of the log but the number of the task', () => {
    const args = sbatchArguments({ cpus: 1 }, { ...run, folder: '/100%/%j 0.txt' });
    assert.ok(args.includes('--output=/100%%/%%j 0.txt/log-%a.txt'));
    assert.throws(
      () => sbatchArguments({ cpus: 1 }, { ...run, folder: '/a\\b' }),
      userError(/--slurm-dir: .*\\/),
    );
  });

  test('tasks as ranges', () => {
    for (const [tasks, text] of [
      [[1], '1'],
      [[1, 2, 3, 7], '1-3,7'],
      [[2, 4, 5, 9, 10, 11], '2,4-5,9-11'],
    ] as const) {
      assert.equal(ranges(tasks), text);
    }
  });
});
