import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runDesign } from '../../../src/multiplier/build/run_design.js';
import { EXIT, InterruptedError, UserError } from '../../../src/util/errors.js';
import { userError } from '../../support/errors.js';
import { temporaryFolder } from '../../support/temporary.js';
import { expectNothingLeft, fixture, needsC, needsVerilog, SIGNED, tableOf, UNSIGNED } from './support.js';

const folder = temporaryFolder();
expectNothingLeft();
const needsBoth = { ...needsC, ...needsVerilog };

/** Names that a shell, an option parser, a C include or a message would stumble over. */
const awkwardNames = [
  '-o evil',
  '--version',
  'a b',
  `it's "quoted"`,
  '$(touch pwned)',
  '`touch pwned`; touch pwned &',
  'back\\slash\\',
  'Ünïcödé 乗算器',
  'line\nbreak',
  '%s%n*?[x]{y}~#!<>|',
  'approxtorch_source0',
  'approxtorch_folder0',
];

describe('names of files', needsBoth, () => {
  for (const name of awkwardNames) {
    test(JSON.stringify(name), async () => {
      const inner = join(folder, name);
      mkdirSync(inner);
      const c = join(inner, `${name}.c`);
      copyFileSync(fixture('c', 'baugh_wooley.c'), c);
      assert.deepEqual(
        (await runDesign([c])).table(...SIGNED),
        tableOf(SIGNED, 8, (a, w) => a * w),
      );
      const verilog = [join(inner, `${name}.v`), join(inner, `${name}.sv`)];
      copyFileSync(fixture('verilog', 'netlist.v'), verilog[0]!);
      copyFileSync(fixture('verilog', 'cells.v'), verilog[1]!);
      assert.deepEqual(
        (await runDesign(verilog)).table(...UNSIGNED),
        tableOf(UNSIGNED, 3, (a, w) => a * w),
      );
      const broken = join(inner, `broken ${name}.v`);
      copyFileSync(fixture('verilog', 'syntax_error.v'), broken);
      await assert.rejects(runDesign([broken]), (error) => {
        // A UserError spells line breaks as escapes.
        assert.equal((error as Error).message, `${broken.replaceAll('\n', '\\u000a')}:2: syntax error`);
        return error instanceof UserError;
      });
      assert.deepEqual(readdirSync(inner).length, 4);
    });
  }

  test('nothing is created beside them, nor in the working directory', () => {
    assert.deepEqual(readdirSync(folder).sort(), [...awkwardNames].sort());
    for (const name of ['pwned', 'a.out', 'approxtorch_results']) assert.ok(!existsSync(name), name);
  });

  test('relative to the working directory', async () => {
    const before = process.cwd();
    const inner = join(folder, '-o evil');
    process.chdir(inner);
    try {
      for (const path of ['-o evil.c', './-o evil.c', '../-o evil/-o evil.c']) {
        assert.equal((await runDesign([path])).top, 'baugh_wooley');
      }
      await assert.rejects(runDesign(['broken -o evil.v']), userError(/^broken -o evil\.v:2: syntax error$/));
    } finally {
      process.chdir(before);
    }
  });
});

describe('what is no design', () => {
  test('extensions, languages, missing files, folders', async () => {
    const c = fixture('c', 'array.c');
    await assert.rejects(runDesign([]), userError(/no source of a design is given/));
    await assert.rejects(
      runDesign(['array.txt']),
      userError(/^array\.txt: expected a design in C \(\.c\) or Verilog \(\.v, \.sv\)/),
    );
    await assert.rejects(runDesign(['.c']), userError(/^\.c: expected a design/));
    await assert.rejects(
      runDesign([c, fixture('verilog', 'array.v')]),
      userError(/array\.c is C, .*array\.v is not; expected one language/),
    );
    await assert.rejects(runDesign(['nowhere.c']), userError(/^nowhere\.c: cannot read it: no such file/));
    await assert.rejects(runDesign(['nul\0.c']), userError(/is not a file name/));
    mkdirSync(join(folder, 'folder.v'));
    await assert.rejects(
      runDesign([join(folder, 'folder.v')]),
      userError(/folder\.v: is not a regular file/),
    );
    await assert.rejects(runDesign([c], { timeout: 0 }), userError(/--timeout 0: expected a positive/));
  });
});

/** Processes that work in a folder or below it. */
function processesIn(path: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(path);
    } catch {
      return false;
    }
  });
}

describe('interruption', {
  ...needsBoth,
  ...(existsSync('/proc/self/cwd') ? {} : { skip: 'no /proc' }),
}, () => {
  for (const [language, name] of [
    ['c', 'endless.c'],
    ['verilog', 'loop.v'],
  ] as const) {
    test(`of ${name}: at once, and no process is left`, async () => {
      // A simulation works in the folder of its source.
      const path = join(folder, name);
      copyFileSync(fixture(language, name), path);
      const controller = new AbortController();
      const work = runDesign([path], { signal: controller.signal, timeout: 100 });
      let started: string[] = [];
      const deadline = performance.now() + 10_000;
      // Only the endless simulation or program works this long.
      while (performance.now() < deadline && !started.some((pid) => busy(pid))) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        started = processesIn(process.env.TMPDIR!).concat(processesIn(folder));
      }
      assert.ok(started.length > 0);
      const start = performance.now();
      controller.abort();
      await assert.rejects(work, (error) => error instanceof InterruptedError);
      assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
      assert.deepEqual(
        started.filter((pid) => existsSync(`/proc/${pid}`)),
        [],
      );
    });
  }

  test('before it begins', async () => {
    await assert.rejects(
      runDesign([fixture('c', 'array.c')], { signal: AbortSignal.abort() }),
      (error) => error instanceof InterruptedError,
    );
  });
});

/** Whether a process has used more than 0.3 s of CPU time. */
function busy(pid: string): boolean {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return Number(fields[11]) > 30;
  } catch {
    return false;
  }
}

describe('tools', () => {
  const { PATH, CC, TMPDIR } = process.env;
  const restore = () => {
    for (const [name, value] of Object.entries({ PATH, CC, TMPDIR })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  after(restore);

  test('that are missing: the message names their packages', async () => {
    process.env.PATH = join(folder, 'no programs here');
    delete process.env.CC;
    try {
      for (const [path, tool, packageName] of [
        [fixture('c', 'array.c'), 'cc', 'gcc'],
        [fixture('verilog', 'array.v'), 'iverilog', 'iverilog'],
      ] as const) {
        await assert.rejects(runDesign([path]), (error) => {
          userError(
            new RegExp(`cannot start "${tool}": there is no such program; .* apt install ${packageName}$`),
          )(error);
          assert.equal((error as UserError).exitCode, EXIT.unavailable);
          return true;
        });
      }
    } finally {
      restore();
    }
  });

  test('the compiler that CC names, which is a program and no command line', needsC, async () => {
    process.env.CC = 'gcc -m32; touch pwned';
    try {
      await assert.rejects(
        runDesign([fixture('c', 'array.c')]),
        userError(/cannot start "gcc -m32; touch pwned": there is no such program/),
      );
    } finally {
      restore();
    }
  });

  test('where no temporary folder can be made', async () => {
    process.env.TMPDIR = join(folder, 'no folder here');
    try {
      await assert.rejects(
        runDesign([fixture('c', 'array.c')]),
        userError(/no folder here: cannot make a temporary folder in it/),
      );
    } finally {
      restore();
    }
  });
});
