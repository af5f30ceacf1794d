import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import type { TableFile } from '../../../src/multiplier/formats/table_file.js';
import { interpretTable, type LoadMultiplierOptions } from '../../../src/multiplier/load.js';
import { operandPair } from '../../../src/multiplier/operand_pair.js';
import { operandsInOrder } from '../../../src/multiplier/reading/axis_order.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { laidOut } from '../layouts.js';
import { npyFile } from '../table_files.js';

const exact = exactMultiplier('int8', 'int8', 4);
const byPattern = laidOut(exact, { rows: 'twos-complement', columns: 'twos-complement', transposed: false });
const signed = operandsInOrder('int8', 4, 'ascending');
const unsigned = operandsInOrder('uint8', 4, 'ascending');
const random = new Random(21);
const noise = exact.table.map(() => random.integer(65536) - 32768);

function interpret(values: Int32Array, options?: LoadMultiplierOptions, labels?: Partial<TableFile>) {
  return interpretTable([{ format: 'csv', bits: 4, values, ...labels }], 'lut.csv', options);
}

describe('what decided about operands is told', () => {
  const cases: [string, Int32Array, LoadMultiplierOptions, Partial<TableFile>, string][] = [
    ['comparison', exact.table, {}, {}, 'compared'],
    ['comparison, of the order alone', byPattern, { type: 'int8' }, {}, 'compared'],
    ['what was stated', exact.table, { type: 'int8', indexOrder: 'ascending' }, {}, 'stated'],
    ['what was stated, as unsigned operands have one order', noise, { type: 'uint8' }, {}, 'stated'],
    [
      'what was stated, against the numbers',
      noise,
      { type: 'int8', indexOrder: 'twos-complement' },
      {},
      'stated',
    ],
    ['nothing: the documented order was taken', noise, { type: 'int8' }, {}, 'assumed'],
    ['labels', exact.table, {}, { rowLabels: signed, columnLabels: signed }, 'labelled'],
    ['labels, against the numbers', noise, {}, { rowLabels: signed, columnLabels: signed }, 'labelled'],
    [
      'labels and what was stated',
      exact.table,
      { type: 'int8' },
      { rowLabels: signed, columnLabels: signed },
      'labelled',
    ],
    ['comparison, of the axis without labels', exact.table, {}, { rowLabels: signed }, 'compared'],
    // Labels 0…15 of an int8 table are positions.
    [
      'comparison, where labels are positions',
      byPattern,
      { type: 'int8' },
      { rowLabels: unsigned, columnLabels: unsigned },
      'compared',
    ],
    [
      'what was stated, where labels are positions',
      byPattern,
      { type: 'int8', indexOrder: 'twos-complement' },
      { rowLabels: unsigned, columnLabels: unsigned },
      'stated',
    ],
  ];
  for (const [name, values, options, labels, evidence] of cases) {
    test(name, () => {
      const { multiplier, reading } = interpret(values, { order: 'aw', ...options }, labels);
      assert.equal(reading.evidence, evidence);
      if (values !== noise) assert.equal(multiplier.sha256, exact.sha256);
    });
  }

  test('which way rows and columns were taken, and why', () => {
    const lopsided = exact.table.map((value, i) => value + (i === 5 ? 1 : 0));
    const mixed = exactMultiplier('int8', 'uint8', 4).table;
    const orientation = (values: Int32Array, options?: LoadMultiplierOptions) => {
      const { reading, multiplier, warnings } = interpret(values, options);
      const pair = operandPair(multiplier.activation, multiplier.weight);
      return [reading.orientation, reading.transposed, pair, warnings.length];
    };
    assert.deepEqual(orientation(exact.table), ['symmetric', false, 'int8', 0]);
    assert.deepEqual(orientation(lopsided), ['assumed', false, 'int8', 1]);
    assert.deepEqual(orientation(lopsided, { order: 'wa' }), ['stated', true, 'int8', 0]);
    assert.deepEqual(orientation(mixed), ['assumed', false, 'int8xuint8', 1]);
    assert.deepEqual(orientation(mixed, { type: 'int8xuint8' }), ['types', false, 'int8xuint8', 0]);
    assert.deepEqual(orientation(mixed, { order: 'wa' }), ['stated', true, 'uint8xint8', 0]);
    assert.deepEqual(orientation(mixed, { type: 'uint8xint8', order: 'wa' }), [
      'stated',
      true,
      'uint8xint8',
      0,
    ]);
  });

  test('a stated order narrows down what types are found', () => {
    assert.throws(
      () => interpret(byPattern, { indexOrder: 'ascending' }),
      userError(/cannot tell the operand types/),
    );
    assert.equal(interpret(byPattern, { indexOrder: 'twos-complement' }).multiplier.sha256, exact.sha256);
  });
});

describe('triples of 16-bit numbers, which may be signed or not', () => {
  const triples = (values: ArrayLike<number>, type: string) =>
    readProducts(
      npyFile(
        Array.from(values).flatMap((value, at) => [signed[at >> 4]!, signed[at & 15]!, value]),
        [256, 3],
        type,
      ),
      'lut.npy',
    );

  test('are read as declared where they are no products', () => {
    const { multiplier, warnings, reading } = interpretTable(triples(noise, '<i2'), 'lut.npy', {
      order: 'aw',
    });
    assert.deepEqual(multiplier.table, noise);
    assert.equal(reading.evidence, 'labelled');
    assert.match(warnings[0]!, /not close to the exact product/);
  });

  test('are read with the signs that make products of them', () => {
    const { multiplier } = interpretTable(triples(exact.table, '<i2'), 'lut.npy');
    assert.equal(multiplier.sha256, exact.sha256);
  });
});
