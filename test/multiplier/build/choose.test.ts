import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseTop } from '../../../src/multiplier/build/choose_top.js';
import { orderOperands } from '../../../src/multiplier/build/operands.js';
import { userError } from '../../support/errors.js';

describe('the order of operands', () => {
  test('by the names A and B in either case', () => {
    for (const [names, swapped] of [
      [['A', 'B'], false],
      [['B', 'A'], true],
      [['a', 'b'], false],
      [['b', 'a'], true],
      [['B', 'a'], true],
    ] as const) {
      assert.deepEqual(orderOperands(names, undefined, 'x.v'), { swapped, notes: [] });
    }
  });

  test('by position, with a note, where other names stand', () => {
    for (const names of [
      ['x', 'y'],
      ['A', 'C'],
      ['ba', ''],
      ['AB', 'BA'],
    ] as const) {
      const { swapped, notes } = orderOperands(names, undefined, 'x.v');
      assert.equal(swapped, false);
      assert.equal(notes.length, 1, names.join());
    }
  });

  test('as stated', () => {
    assert.deepEqual(orderOperands(['A', 'B'], ['B', 'A'], 'x.v'), { swapped: true, notes: [] });
    assert.deepEqual(orderOperands(['x', 'y'], ['x', 'y'], 'x.v'), { swapped: false, notes: [] });
    assert.throws(
      () => orderOperands(['x', 'y'], ['X', 'Y'], 'x.v'),
      userError(/^x\.v: the operands are called x and y, --operands says X and Y/),
    );
    assert.throws(() => orderOperands(['x', 'y'], ['x', 'x'], 'x.v'), userError(/--operands says x and x/));
  });
});

describe('the multiplier among several definitions', () => {
  const choose = (names: string, top: string | undefined, ...paths: string[]) => {
    // `name!` can be the multiplier, `name?` only where a file is called like it.
    const definitions = names.split(' ').map((name) => ({
      name: name.replace(/[!?]/, ''),
      eligible: /[!?]$/.test(name),
      sole: name.endsWith('!'),
    }));
    return chooseTop(definitions, top, paths, { kind: 'module', wanted: 'fit module', place: 'p' }).name;
  };

  test('the one named, the one called like a file, the only one', () => {
    assert.equal(choose('x y! z!', 'x', 'y.v'), 'x');
    assert.equal(choose('x! y! z?', undefined, 'a/z.v', 'x.v'), 'z');
    assert.equal(choose('x! y! z?', undefined, 'q.v', 'b/y.v'), 'y');
    assert.equal(choose('x y! z?', undefined, 'x.v'), 'y');
  });

  test('none or several', () => {
    assert.throws(
      () => choose('x y?', undefined, 'x.v'),
      userError(/^p: defines no fit module; found x, y$/),
    );
    assert.throws(
      () => choose('x! y!', undefined, 'X.v'),
      userError(/^p: which module is the multiplier: x, y\? name it with --top$/),
    );
    const many = Array.from({ length: 30 }, (_, i) => `m${i}!`).join(' ');
    assert.throws(() => choose(many, undefined), userError(/: m0, .*, m7 and 22 more\?/));
    assert.throws(
      () => choose('adder! mult!', 'mul'),
      userError(/^p: defines no module "mul"; did you mean "mult"\?; found adder, mult$/),
    );
  });
});
