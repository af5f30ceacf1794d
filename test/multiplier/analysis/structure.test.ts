import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tableStructure } from '../../../src/multiplier/analysis/structure.js';
import { createMultiplier, exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { firstOperand, type Multiplier, type OperandType } from '../../../src/multiplier/multiplier.js';
import { Random } from '../../../src/util/random.js';
import { needs } from '../../support/shared.js';
import { lutsFolder, realTables } from '../tables.js';

function made(family: string, type: OperandType, parameters: Readonly<Record<string, number>>): Multiplier {
  const signMagnitude = type === 'int8';
  return generateMultiplier(family, { activation: type, weight: type, bits: 8, signMagnitude, parameters });
}

const types: readonly OperandType[] = ['int8', 'uint8'];

/** The operands of an axis and the products, for references that read like the definitions. */
function operandsOf({ activation, weight, bits, table }: Multiplier) {
  const operands = (type: OperandType) =>
    Array.from({ length: 2 ** bits }, (_, i) => i + firstOperand(type, bits));
  const rows = operands(activation);
  const columns = operands(weight);
  const product = (a: number, w: number) => table[rows.indexOf(a) * 2 ** bits + columns.indexOf(w)]!;
  return { rows, columns, product };
}

function expectedSignSymmetry(multiplier: Multiplier): boolean | null {
  const { activation, weight } = multiplier;
  const { rows, columns, product } = operandsOf(multiplier);
  if (activation === 'uint8' && weight === 'uint8') return null;
  return rows.every((a) =>
    columns.every((w) => {
      const byActivation =
        activation === 'uint8' || !rows.includes(-a) || product(-a + 0, w) === -product(a, w) + 0;
      const byWeight =
        weight === 'uint8' || !columns.includes(-w) || product(a, -w + 0) === -product(a, w) + 0;
      return byActivation && byWeight;
    }),
  );
}

/** Groups of operands with equal lists of products. */
function expectedGroups(operands: readonly number[], listOf: (operand: number) => number[]): number[][] {
  const lists = operands.map((operand) => listOf(operand).join());
  return operands
    .map((_, i) => operands.filter((_, j) => lists[j] === lists[i]))
    .filter((group, i) => group[0] === operands[i]);
}

/** Whether an integer type of so many bits holds the value. */
function fits(value: number, bits: number, signed: boolean): boolean {
  return signed ? value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1) : value >= 0 && value < 2 ** bits;
}

function assertStructure(multiplier: Multiplier): void {
  const { activation, weight, name } = multiplier;
  const { rows, columns, product } = operandsOf(multiplier);
  const found = tableStructure(multiplier);
  const all = rows.flatMap((a) => columns.map((w) => product(a, w)));
  const rangeOf = (values: number[]) => ({ min: Math.min(...values), max: Math.max(...values) });
  const groups = {
    rows: expectedGroups(rows, (a) => columns.map((w) => product(a, w))),
    columns: expectedGroups(columns, (w) => rows.map((a) => product(a, w))),
  };
  assert.equal(
    found.commutative,
    activation === weight && rows.every((a) => columns.every((w) => product(a, w) === product(w, a))),
    name,
  );
  assert.equal(found.signSymmetric, expectedSignSymmetry(multiplier), name);
  assert.deepEqual(found.zeroActivation, rangeOf(columns.map((w) => product(0, w))));
  assert.deepEqual(found.zeroWeight, rangeOf(rows.map((a) => product(a, 0))));
  for (const axis of ['rows', 'columns'] as const) {
    assert.equal(found[axis].distinct, groups[axis].length);
    assert.deepEqual(
      found[axis].groups,
      groups[axis].filter((group) => group.length > 1),
    );
  }
  assert.deepEqual(found.range, rangeOf(all));
  assert.equal(found.distinctValues, all.filter((value, i) => all.indexOf(value) === i).length);
  const { resultBits, resultSigned } = found;
  assert.equal(
    resultSigned,
    all.some((value) => value < 0),
  );
  assert.ok(all.every((value) => fits(value, resultBits, resultSigned)));
  assert.ok(resultBits === 1 || all.some((value) => !fits(value, resultBits - 1, resultSigned)));
}

describe('structure of a table', () => {
  test('of small tables of every kind, against the definitions', () => {
    const random = new Random(1);
    for (const activation of types) {
      for (const weight of types) {
        for (const bits of [2, 3, 4]) {
          const most = 2 ** random.integer(32);
          assertStructure(exactMultiplier(activation, weight, bits));
          assertStructure(tabulate('zero', activation, weight, bits, () => 0));
          assertStructure(tabulate('minus one', activation, weight, bits, () => -1));
          assertStructure(
            tabulate('extremes', activation, weight, bits, (a, w) => (a > w ? 2 ** 31 - 1 : -(2 ** 31))),
          );
          assertStructure(tabulate('coarse', activation, weight, bits, (a, w) => (a >> 1) * (w & -2)));
          assertStructure(
            tabulate('random', activation, weight, bits, () => Math.floor(random.between(-most, most))),
          );
          assertStructure(tabulate('bits', activation, weight, bits, () => random.integer(2)));
          // Odd and symmetric but for one entry.
          const size = 2 ** bits;
          const table = exactMultiplier(activation, weight, bits).table.slice();
          table[random.integer(size * size)]! += 1;
          assertStructure(createMultiplier('nearly exact', activation, weight, bits, table));
        }
      }
    }
  });

  test('of designs whose structure is known', () => {
    const exact = tableStructure(exactMultiplier('int8', 'int8'));
    assert.deepEqual(
      { ...exact, distinctValues: 0 },
      {
        commutative: true,
        signSymmetric: true,
        zeroActivation: { min: 0, max: 0 },
        zeroWeight: { min: 0, max: 0 },
        rows: { distinct: 256, groups: [] },
        columns: { distinct: 256, groups: [] },
        range: { min: -16256, max: 16384 },
        distinctValues: 0,
        resultBits: 16,
        resultSigned: true,
      },
    );
    const unsigned = tableStructure(exactMultiplier('uint8', 'uint8'));
    assert.deepEqual([unsigned.signSymmetric, unsigned.resultBits, unsigned.resultSigned], [null, 16, false]);
    const cut = tableStructure(made('truncated', 'int8', { 'dropped-bits': 4 }));
    assert.deepEqual([cut.commutative, cut.signSymmetric, cut.rows.distinct], [true, true, 16]);
    assert.deepEqual(cut.rows.groups[7], [
      -15,
      -14,
      -13,
      -12,
      -11,
      -10,
      -9,
      -8,
      -7,
      -6,
      -5,
      -4,
      -3,
      -2,
      -1,
      ...Array(16).keys(),
    ]);
    assert.equal(tableStructure(made('drum', 'uint8', { k: 2 })).commutative, true);
  });

  test('of the real tables', needs(lutsFolder), () => {
    for (const { name, type, values } of realTables()) {
      const multiplier = createMultiplier(name, type, type, 8, values);
      const { rows, columns, distinctValues, commutative } = tableStructure(multiplier);
      const rowTexts = Array.from({ length: 256 }, (_, i) => values.subarray(256 * i, 256 * i + 256).join());
      const columnTexts = Array.from({ length: 256 }, (_, j) =>
        values.filter((_, at) => at % 256 === j).join(),
      );
      assert.equal(rows.distinct, new Set(rowTexts).size, name);
      assert.equal(columns.distinct, new Set(columnTexts).size, name);
      assert.equal(distinctValues, new Set([...values].map(String)).size, name);
      assert.equal(commutative, rowTexts.join() === columnTexts.join(), name);
    }
  });
});
