import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runDesign } from '../../../../src/multiplier/build/run_design.js';
import { userError } from '../../../support/errors.js';
import { expectNothingLeft, fixture, needsC, SIGNED, sourceFolder, tableOf, UNSIGNED } from '../support.js';

describe('C designs', needsC, () => {
  const write = sourceFolder();
  expectNothingLeft();

  test('an unsigned array multiplier', async () => {
    const design = await runDesign([fixture('c', 'array.c')]);
    assert.equal(design.language, 'c');
    assert.equal(design.top, 'array');
    assert.match(design.tool, /\d+\.\d+/);
    assert.equal(design.swapped, false);
    assert.deepEqual(design.notes, []);
    assert.deepEqual(design.operands, [
      { name: 'A', bits: 8, signed: false },
      { name: 'B', bits: 8, signed: false },
    ]);
    assert.deepEqual(design.result, { bits: 16, signed: false });
    assert.deepEqual(
      design.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => a * w),
    );
  });

  test('a signed Baugh-Wooley multiplier', async () => {
    const design = await runDesign([fixture('c', 'baugh_wooley.c')]);
    assert.deepEqual(
      design.operands.map(({ signed }) => signed),
      [true, true],
    );
    assert.deepEqual(design.result, { bits: 16, signed: true });
    assert.deepEqual(
      design.table(...SIGNED),
      tableOf(SIGNED, 8, (a, w) => a * w),
    );
  });

  test('A is the activation, though B is declared first', async () => {
    const design = await runDesign([fixture('c', 'swapped.c')]);
    assert.equal(design.swapped, true);
    assert.deepEqual(
      design.operands.map(({ name }) => name),
      ['A', 'B'],
    );
    assert.deepEqual(
      design.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => a * (w - (w % 4))),
    );
    const stated = await runDesign([fixture('c', 'swapped.c')], { operands: ['B', 'A'] });
    assert.equal(stated.swapped, false);
    assert.deepEqual(
      stated.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => (a - (a % 4)) * w),
    );
  });

  test('results of signed operands as bits', async () => {
    const design = await runDesign([fixture('c', 'unsigned_return.c')]);
    assert.equal(design.result.signed, false);
    assert.deepEqual(
      design.table(...SIGNED),
      tableOf(SIGNED, 8, (a, w) => a * w),
    );
    for (const [type, bits] of [
      ['uint32_t', 32],
      ['uint64_t', 64],
    ] as const) {
      const source = `#include <stdint.h>\n${type} f(int8_t a, int8_t b) { return (${type})(a * b); }`;
      const extended = await runDesign([write('extended.c', source)]);
      assert.deepEqual(extended.result, { bits, signed: false });
      assert.deepEqual(
        extended.table(...SIGNED),
        tableOf(SIGNED, 8, (a, w) => a * w),
      );
    }
  });

  test('unsigned products that wrap around in a signed type', async () => {
    const design = await runDesign([fixture('c', 'wraparound.c')]);
    assert.deepEqual(design.result, { bits: 16, signed: true });
    assert.deepEqual(
      design.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => a * w),
    );
  });

  test('types wider than the operands', async () => {
    const design = await runDesign([fixture('c', 'wide_types.c')]);
    assert.deepEqual(
      design.operands.map(({ signed }) => signed),
      [undefined, undefined],
    );
    for (const types of [SIGNED, UNSIGNED, ['int8', 'uint8'], ['uint8', 'int8']] as const) {
      assert.deepEqual(
        design.table(types[0], types[1]),
        tableOf(types, 8, (a, w) => (a < 0 ? 2 * a : a) * w),
      );
    }
  });

  test('which of several functions', async () => {
    const path = fixture('c', 'two_functions.c');
    await assert.rejects(
      runDesign([path]),
      userError(/two_functions\.c: which function is the multiplier: add, multiply\?/, /--top/),
    );
    await assert.rejects(
      runDesign([path], { top: 'multipl' }),
      userError(/defines no function "multipl"; did you mean "multiply"\?; found add, multiply$/),
    );
    const design = await runDesign([path], { top: 'multiply' });
    assert.deepEqual(
      design.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => a * w),
    );
    const namesake = write(
      'add.c',
      'int mul(int a, int b) { return a * b; }\nint add(int a, int b) { return a + b; }',
    );
    assert.equal((await runDesign([namesake])).top, 'add');
  });

  test('functions that are no multipliers', async () => {
    const path = write(
      'none.c',
      'int f(int a) { return a; }\nint g(int *a, int b) { return *a * b; }\nint main(void) { return 0; }',
    );
    await assert.rejects(
      runDesign([path]),
      userError(/none\.c: defines no function of two integers.*; found f, g$/),
    );
    await assert.rejects(runDesign([path], { top: 'g' }), userError(/g\(int \* a, int b\) is no multiplier/));
    await assert.rejects(
      runDesign([write('real.c', 'typedef float real;\nint f(real a, int b) { return b; }')]),
      userError(/the parameter a is no integer/),
    );
    await assert.rejects(
      runDesign([
        write('flag.c', '#include <stdbool.h>\ntypedef bool bit;\nint f(bit a, int b) { return a * b; }'),
      ]),
      userError(/the parameter a is no integer/),
    );
    await assert.rejects(
      runDesign([write('half.c', 'typedef float real;\nreal f(int a, int b) { return a * b / 2.0f; }')]),
      userError(/f returns no integer/),
    );
    await assert.rejects(
      runDesign([
        write('pair.c', 'typedef struct { int x; } pair;\npair f(int a, int b) { return (pair){a * b}; }'),
      ]),
      userError(/pair\.c: cannot be called with two integers: /),
    );
  });

  test('operands by position, with a note', async () => {
    const path = write('named.c', 'int f(int x, int y) { return x - 2 * y; }');
    const design = await runDesign([path]);
    assert.match(
      design.notes.join('\n'),
      /named\.c: the operands x and y are not called A and B: x, .* activation; --operands y,x/,
    );
    assert.deepEqual(
      design.table(...SIGNED),
      tableOf(SIGNED, 8, (a, w) => a - 2 * w),
    );
    const stated = await runDesign([path], { operands: ['y', 'x'] });
    assert.deepEqual(stated.notes, []);
    assert.deepEqual(
      stated.table(...SIGNED),
      tableOf(SIGNED, 8, (a, w) => w - 2 * a),
    );
    await assert.rejects(
      runDesign([path], { operands: ['x', 'z'] }),
      userError(/the operands are called x and y, --operands says x and z/),
    );
  });

  test('operands of fewer bits, by option or by name', async () => {
    const source = (name: string) =>
      `unsigned char ${name}(unsigned char A, unsigned char B) { return (A & 15) * (B & 15); }`;
    for (const design of [
      await runDesign([write('plain.c', source('plain'))], { bits: 4 }),
      await runDesign([write('mul4u_2A.c', source('mul4u_2A'))]),
    ]) {
      assert.equal(design.operands[0].bits, 4);
      assert.deepEqual(
        design.table(...UNSIGNED),
        tableOf(UNSIGNED, 4, (a, w) => a * w),
      );
      assert.equal(design.notes.length, design.top === 'plain' ? 0 : 1);
    }
    const signed = 'signed char mul4s(signed char A, signed char B) { return A * B; }';
    const design = await runDesign([write('mul4s.c', signed)]);
    assert.equal(design.operands[0].signed, undefined);
    assert.deepEqual(
      design.table(...SIGNED),
      tableOf(SIGNED, 4, (a, w) => a * w),
    );
    const wide = write('mul16u_GV3.c', 'unsigned mul16u_GV3(unsigned A, unsigned B) { return A * B; }');
    await assert.rejects(
      runDesign([wide]),
      userError(/operands of 16 bits \(from the name mul16u_GV3; --bits/, /2 to 8 bits/),
    );
    assert.equal((await runDesign([wide], { bits: 8 })).operands[0].bits, 8);
    await assert.rejects(runDesign([wide], { bits: 9 }), userError(/operands of 9 bits \(--bits\)/));
  });

  test('a source with helpers, headers of its folder, a main, printing, and inline functions', async () => {
    write('types.h', '#include <stdint.h>\n#include "more.h"\ntypedef uint8_t word;');
    write('more.h', 'typedef uint16_t product; int shift(int x, int n);');
    const main = write(
      'whole.c',
      `#include "types.h"
       #include <stdio.h>
       #if 0
       int whole(int a) { return a; }
       #endif
       struct unused { int x; } table[] = { { 1 }, { 2 } };
       inline __attribute__((noinline)) product whole(const word A, word B __attribute__((unused))) {
         printf("%d { \\" ' */ %d\\n", A, B);
         return shift(A, 3);
       }
       int main(int argc, char **argv) { return whole(argc, 'x') + argv[0][0]; }`,
    );
    const helper = write(
      'helper.c',
      '#include "more.h.h"\nint shift(int x, int n) { return x << n; }\nint main(void) { return 1; }',
    );
    write('more.h.h', 'extern int nothing;');
    const design = await runDesign([main, helper]);
    assert.deepEqual(
      design.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a) => a << 3),
    );
    await assert.rejects(
      runDesign([main]),
      userError(/whole\.c: shift is not defined; give the source that defines it/),
    );
    await assert.rejects(
      runDesign([main, helper, write('again.c', 'int shift(int x, int n) { return x + n; }')]),
      userError(/shift is defined more than once/),
    );
  });

  test('a product that is no int32 is refused with its operands', async () => {
    const path = write(
      'huge.c',
      'long long f(int A, int B) { return A == 7 && B == 9 ? 2147483648LL : -2147483648LL; }',
    );
    const design = await runDesign([path]);
    assert.throws(() => design.table(...UNSIGNED), userError(/huge\.c: f gives 2147483648 for A = 7, B = 9/));
  });

  test('sources that do not compile', async () => {
    await assert.rejects(
      runDesign([fixture('c', 'compile_error.c')]),
      userError(/compile_error\.c:4: 'C' undeclared/),
    );
    await assert.rejects(
      runDesign([write('lost.c', '\n#include "no such.h"\nint f(int a, int b) { return a; }')]),
      userError(/lost\.c:2: no such\.h: No such file/),
    );
    write('broken.h', 'int x\nint y;');
    await assert.rejects(
      runDesign([write('user.c', '#include "broken.h"\nint f(int a, int b) { return a; }')]),
      userError(/[\\/]broken\.h:1: /),
    );
    await assert.rejects(runDesign([write('binary.c', '\0\u0001{{{(((')]), userError(/binary\.c/));
    await assert.rejects(
      runDesign([write('empty.c', '')]),
      userError(/defines no function of two integers.*no function at all/),
    );
  });

  test('functions that crash, end the program or remember', async () => {
    await assert.rejects(
      runDesign([fixture('c', 'crash.c')]),
      userError(/crash\.c: crash\(A = 128, B = 0\) crashed: SIGFPE, a division by zero/),
    );
    await assert.rejects(
      runDesign([
        write(
          'deep.c',
          'volatile int zero; int f(int A, int B) { return A == 9 && B == 200 ? *(int *)(long)zero : 1; }',
        ),
      ]),
      userError(/f\(A = 9, B = 200\) crashed: SIGSEGV/),
    );
    await assert.rejects(
      runDesign([
        write(
          'exit.c',
          '#include <stdlib.h>\nint f(int B, int A) { if (A == 1 && B == 2) exit(0); return A; }',
        ),
      ]),
      userError(/f\(B = 2, A = 1\) ended the program with exit code 0/),
    );
    await assert.rejects(
      runDesign([
        write('counter.c', 'static int calls;\nint f(int A, int B) { return A * B + (++calls > 147456); }'),
      ]),
      userError(/returns another value when called again: it has a memory/),
    );
  });

  test('functions that do not return, or not in time', async () => {
    await assert.rejects(
      runDesign([fixture('c', 'endless.c')], { timeout: 20 }),
      userError(/endless\.c: endless\(A = 3, B = 5\) does not return/),
    );
    const slow = '#include <unistd.h>\nint f(int A, int B) { usleep(1000); return A * B; }';
    await assert.rejects(
      runDesign([write('slow.c', slow)], { timeout: 4 }),
      userError(/within 4 s, reached f\(A = -1\d\d, B = -?\d+\); allow more with --timeout/),
    );
  });
});
