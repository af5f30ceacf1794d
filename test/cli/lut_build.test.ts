import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import { packagePath } from '../../src/util/paths.js';
import { fixture, needsC, needsVerilog } from '../multiplier/build/support.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const c = (name: string) => fixture('c', name);
const verilog = (name: string) => fixture('verilog', name);
const exact = exactMultiplier('int8', 'int8');
const path = (name: string) => join(folder, name);

describe('approxtorch lut build', () => {
  test('a signed C function with unsigned parameters and result', needsC, async () => {
    const output = path('unsigned_return.txt');
    const { stdout, stderr, code } = await approxtorch([
      'lut',
      'build',
      c('unsigned_return.c'),
      '-o',
      output,
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^int8 × int8, 8 bits · sha256 b703dcb3 · known as mul8s_1KV8/m);
    assert.match(stdout, /function unsigned_return: activation A, weight B; operand types compared/);
    assert.equal((await loadMultiplier(output)).multiplier.sha256, exact.sha256);
  });

  test('parameters declared as (B, A): the activation is A', needsC, async () => {
    const { stdout, code } = await approxtorch(['lut', 'build', c('swapped.c'), '--format', 'json']);
    assert.equal(code, 0);
    const { origin, table, activation } = JSON.parse(stdout);
    assert.deepEqual([origin.swapped, origin.operands, activation], [true, ['A', 'B'], 'uint8']);
    assert.equal(table.length, 256);
    const other = await approxtorch([
      'lut',
      'build',
      c('swapped.c'),
      '--operands',
      'B,A',
      '--format',
      'json',
    ]);
    const exchanged = JSON.parse(other.stdout);
    assert.equal(exchanged.origin.swapped, false);
    assert.ok(
      table.every((row: number[], a: number) => row.every((value, w) => exchanged.table[w][a] === value)),
    );
  });

  test('a netlist and its cells, to the table on stdout', needsVerilog, async () => {
    const { stdout, stderr, code } = await approxtorch([
      'lut',
      'build',
      verilog('netlist.v'),
      verilog('cells.v'),
    ]);
    assert.equal(code, 0, stderr);
    const rows = stdout.trim().split('\n');
    assert.ok(rows.every((row) => row.split(' ').length === rows.length));
  });

  test('a signed Verilog design into other formats', needsVerilog, async () => {
    for (const name of ['booth.npy', 'booth.h', 'booth.bin', 'booth.csv']) {
      const { code, stderr } = await approxtorch(['lut', 'build', verilog('booth.v'), '-o', path(name)]);
      assert.equal(code, 0, stderr);
      assert.equal((await loadMultiplier(path(name))).multiplier.sha256, exact.sha256, name);
    }
  });

  const refused: [string, 'cc' | 'iverilog', string[], RegExp][] = [
    ['a compile error', 'cc', [c('compile_error.c')], /compile_error\.c:\d+/],
    ['a crash', 'cc', [c('crash.c')], /crash\.c: .*SIG/],
    ['an endless loop', 'cc', [c('endless.c'), '--timeout', '2'], /endless\.c: .*A = -?\d+, B = -?\d+|2 s/],
    [
      'a clocked module',
      'iverilog',
      [verilog('clocked.v')],
      /input clk.*clocked; a combinational multiplier/,
    ],
    [
      'an undefined output',
      'iverilog',
      [verilog('undefined.v')],
      /output P is x+ .*for A = \d+, B = \d+; X is/,
    ],
    ['a combinational loop', 'iverilog', [verilog('loop.v')], /no progress at A = .*combinational loop/],
    [
      'a wrong top',
      'iverilog',
      [verilog('booth.v'), '--top', 'boot'],
      /no module "boot".*did you mean "booth"/,
    ],
    ['wrong operand names', 'iverilog', [verilog('booth.v'), '--operands', 'x,y'], /--operands says x and y/],
  ];
  for (const [what, tool, args, message] of refused) {
    test(
      `${what} is said in one line, and nothing is written`,
      tool === 'cc' ? needsC : needsVerilog,
      async () => {
        const output = path('never.txt');
        const { stdout, stderr, code } = await approxtorch(['lut', 'build', ...args, '-o', output]);
        assert.equal(stdout, '');
        assert.match(stderr, message);
        assert.equal(stderr.trim().split('\n').length, 1, stderr);
        assert.equal(code, 2);
        assert.equal(existsSync(output), false);
      },
    );
  }

  test('a missing simulator: the package that gives it, exit code 3', async () => {
    const { stderr, code } = await approxtorch(['lut', 'build', verilog('booth.v')], {
      env: { PATH: folder },
    });
    assert.match(stderr, /iverilog.*on Debian and Ubuntu: apt install iverilog/);
    assert.equal(code, 3);
  });

  test('bad flags are refused before anything runs', async () => {
    for (const [args, message] of [
      [['--operands', 'A'], /--operands: 'A', expected two names/],
      [['--bits', '9'], /--bits: '9', expected a whole number from 2 to 8/],
      [['--timeout', 'x'], /--timeout: 'x', expected a number/],
      [['-o', path('x.xyz')], /x\.xyz: the extension names no format/],
    ] as const) {
      const { stderr, code } = await approxtorch(['lut', 'build', c('array.c'), ...args]);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });

  test('the help says that the design is run', async () => {
    const { stdout } = await approxtorch(['lut', 'build', '--help']);
    assert.match(stdout, /user's own code, and it is run/);
  });
});

describe('approxtorch lut verify', () => {
  const table = path('verified.txt');
  writeFileSync(table, encodeTable(exact, { format: 'text' }));

  test('a table that is its design', needsVerilog, async () => {
    const { stdout, stderr, code } = await approxtorch([
      'lut',
      'verify',
      table,
      '--against',
      verilog('booth.v'),
    ]);
    assert.equal(stderr, '');
    assert.match(stdout, /^Equal: all 65,536 products\.$/m);
    assert.equal(code, 0);
  });

  test('one wrong product: exit code 1 and the counter-example', needsVerilog, async () => {
    const wrong = path('wrong.txt');
    const values = exact.table.slice();
    values[3 * 256 + 5] += 4;
    writeFileSync(wrong, encodeTable({ ...exact, table: values }, { format: 'text' }));
    const args = ['lut', 'verify', wrong, '--against', verilog('booth.v')];
    const { stdout, code } = await approxtorch(args);
    assert.equal(code, 1);
    assert.match(stdout, /Different: 1 of 65,536 products/);
    assert.match(stdout, /first counter-examples\n.*\n−125 +−123 +15375 +15379 +4 +15375/);
    const { stdout: json } = await approxtorch([...args, '--format', 'json']);
    const report = JSON.parse(json);
    assert.deepEqual(report.entries.first, [{ activation: -125, weight: -123, first: 15375, second: 15379 }]);
    assert.equal(report.command, 'lut verify');
  });

  test('a transposed table is named as such', needsC, async () => {
    const built = path('swapped.txt');
    const { code: made } = await approxtorch(['lut', 'build', c('swapped.c'), '-o', built]);
    assert.equal(made, 0);
    const transposed = path('transposed.txt');
    const rows = readFileSync(built, 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(' '));
    writeFileSync(transposed, rows.map((_, j) => rows.map((row) => row[j]).join(' ')).join('\n'));
    const { stdout, code } = await approxtorch(['lut', 'verify', transposed, '--against', c('swapped.c')]);
    assert.equal(code, 1);
    assert.match(stdout, /Explained: the second is transposed/);
  });

  test('against another table', async () => {
    const same = await approxtorch([
      'lut',
      'verify',
      table,
      '--against',
      packagePath('luts', 'exact_int8.txt'),
    ]);
    assert.equal(same.code, 0);
    const other = await approxtorch([
      'lut',
      'verify',
      table,
      '--against',
      packagePath('luts', 'drum2_int8.txt'),
    ]);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /^Different: /m);
  });

  test('a design that cannot be run is an error, no difference', needsVerilog, async () => {
    const { stderr, code } = await approxtorch(['lut', 'verify', table, '--against', verilog('clocked.v')]);
    assert.equal(code, 2);
    assert.match(stderr, /clocked/);
  });
});
