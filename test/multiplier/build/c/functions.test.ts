import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findFunctions } from '../../../../src/multiplier/build/c/functions.js';

const names = (text: string) => findFunctions(text).map(({ name }) => name);
const operands = (text: string) => findFunctions(text)[0]?.operands;

describe('functions in preprocessed C', () => {
  test('types and names of the operands', () => {
    assert.deepEqual(operands('uint16_t f(const uint8_t A, register unsigned char b) { }'), [
      { type: 'const uint8_t', name: 'A' },
      { type: 'unsigned char', name: 'b' },
    ]);
    assert.deepEqual(
      operands(
        'static\ninline __attribute__((const, aligned(4))) int\nf(\n  int A,\n  word_t B __attribute__((unused)))\n{\n}',
      ),
      [
        { type: 'int', name: 'A' },
        { type: 'word_t', name: 'B' },
      ],
    );
    assert.deepEqual(operands('[[nodiscard]] int f([[maybe_unused]] int A, int B) {}')?.length, 2);
  });

  test('functions that are no multipliers are found without operands', () => {
    for (const head of [
      'int f(int a)',
      'int f(int a, int b, int c)',
      'int f(int a, int b, ...)',
      'int f(int *a, int b)',
      'int f(int a[2], int b)',
      'int f(int a, double b)',
      'int f(int (*g)(int), int b)',
      'int f(struct s a, int b)',
      'int f(int, int b)',
      'int f(int a, unsigned)',
      'int f(void)',
      'int f()',
      'int *f(int a, int b)',
      'void f(int a, int b)',
      'float f(int a, int b)',
      'struct s f(int a, int b)',
    ]) {
      const [found] = findFunctions(`${head} { return 0; }`);
      assert.equal(found?.name, 'f', head);
      assert.equal(found.operands, undefined, head);
    }
  });

  test('prototypes, types, initial values and inner blocks are no functions', () => {
    const text = `
      int p(int a, int b);
      struct s { int (*f)(int a, int b); } x = { 0 }, y;
      enum e { ONE, TWO };
      int values[] = { g(1, 2), { 3 } };
      typedef int toString(int a, int b);
      int f(int constructor, int toString) { if (a) { while (b) { } } { char c = '}'; char *s = "}{\\"}"; } return 0; }
      int g(int a, int b) { return "\\\\"[0] + '\\''; }
      union u { int a; } h(int a, int b) { }`;
    assert.deepEqual(names(text), ['f', 'g', 'h']);
  });

  test('what system headers define is left out', () => {
    const text = `# 1 "own.c"
# 1 "/usr/include/x.h" 1 3 4
static int system_function(int a, int b) { return 0; }
# 2 "own.c" 2
# 1 "folder/own \\"quoted\\".h" 1
int from_header(int a, int b) { return 0; }
# 3 "own.c" 2
#pragma GCC poison {
int own(int a, int b) { return 0; }`;
    assert.deepEqual(names(text), ['from_header', 'own']);
  });

  test('any damage to a text is survived', () => {
    const text =
      'static int f(int a, int (*b)[2]) { char *s = "}"; return (a); } struct s { int x; } y = { { 1 } }; int g(int A, int B) { }';
    for (let i = 0; i <= text.length; i++) {
      for (const inserted of ['', '{', '}', '(', ')', '"', "'", '\\', '[', '\n#']) {
        findFunctions(text.slice(0, i) + inserted + text.slice(i + 1));
      }
    }
    assert.deepEqual(names('{'.repeat(200_000)), []);
    assert.deepEqual(names(`int f(int a, int b) ${'{'.repeat(50_000)}${'}'.repeat(50_000)}`), ['f']);
  });
});
