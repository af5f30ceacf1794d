import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProducts } from '../../src/multiplier/formats/read.js';
import type { TableFile } from '../../src/multiplier/formats/table_file.js';
import { interpretTable, type LoadMultiplierOptions } from '../../src/multiplier/load.js';
import { OPERAND_PAIRS, operandPair, operandTypes } from '../../src/multiplier/operand_pair.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { needs } from '../support/shared.js';
import {
  lutsFolder,
  type RealTable,
  realTables,
  rearrange,
  tableOf,
  toText,
  transpose,
  twosComplement,
} from './tables.js';

const same = (i: number): number => i;
const FIRST = { int8: -128, uint8: 0 };

function interpret(values: Int32Array, options?: LoadMultiplierOptions, labels?: Partial<TableFile>) {
  const { multiplier, warnings } = interpretTable(
    [{ format: 'text', bits: Math.log2(values.length) / 2, values, ...labels }],
    'lut.txt',
    options,
  );
  return { pair: operandPair(multiplier.activation, multiplier.weight), table: multiplier.table, warnings };
}

describe('operands found by comparison with the exact product', () => {
  test('every real table, in every order of its indices, from text', needs(lutsFolder), () => {
    for (const { name, type, values } of realTables()) {
      const orders = type === 'int8' ? [same, twosComplement] : [same];
      for (const row of orders) {
        for (const column of orders) {
          for (const order of ['aw', 'wa'] as const) {
            const printed = rearrange(order === 'wa' ? transpose(values) : values, row, column);
            const [file] = readProducts(Buffer.from(toText(printed)), name);
            const found = interpret(file!.values, { order });
            assert.equal(found.pair, type, name);
            assert.deepEqual(found.table, values, name);
            assert.deepEqual(found.warnings, []);
          }
        }
      }
    }
  });

  test('the four exact tables, with mixed operand types', () => {
    for (const pair of OPERAND_PAIRS) {
      const { activation, weight } = operandTypes(pair);
      const values = tableOf((a, w) => a * w, FIRST[activation], FIRST[weight]);
      assert.deepEqual(interpret(values, { order: 'aw' }), { pair, table: values, warnings: [] });
      assert.deepEqual(interpret(transpose(values), { order: 'wa' }), { pair, table: values, warnings: [] });
      // A stated pair of different types says which axis is which.
      assert.deepEqual(interpret(values, { type: pair }), { pair, table: values, warnings: [] });
    }
  });

  test('scaled, truncated and offset products', () => {
    for (const product of [
      (a: number, w: number) => (a * w) >> 8,
      (a: number, w: number) => 3 * a * w,
      (a: number, w: number) => a * w + 64,
      (a: number, w: number) => (a >> 4) * (w >> 4) * 256,
    ]) {
      for (const pair of OPERAND_PAIRS) {
        const { activation, weight } = operandTypes(pair);
        const values = tableOf(product, FIRST[activation], FIRST[weight]);
        assert.equal(interpret(values, { order: 'aw' }).pair, pair);
      }
    }
  });

  test('what is no product is refused, with the flag that decides', () => {
    const random = new Random(7);
    const noise = (low: number, high: number) =>
      Int32Array.from({ length: 65536 }, () => low + random.integer(high - low));
    const tables: Record<string, Int32Array> = {
      'unsigned noise': noise(0, 65536),
      'signed noise': noise(-16384, 16384),
      'int32 noise': noise(-(2 ** 31), 2 ** 31),
      zeros: new Int32Array(65536),
      constant: new Int32Array(65536).fill(12345),
      sum: tableOf((a, w) => a + w, -128, -128),
      xor: tableOf((a, w) => a ^ w, 0, 0),
      or: tableOf((a, w) => a | w, 0, 0),
      magnitude: tableOf((a, w) => Math.abs(a * w), -128, -128),
      division: tableOf((a, w) => Math.trunc(a / (w || 1)), -128, -128),
    };
    for (const [name, values] of Object.entries(tables)) {
      assert.throws(
        () => interpret(values),
        userError(/^lut\.txt: cannot tell .*--lut-type int8, uint8/),
        name,
      );
    }
  });

  test('an exact table under growing noise is read right or refused', () => {
    const random = new Random(8);
    for (const pair of OPERAND_PAIRS) {
      const { activation, weight } = operandTypes(pair);
      const exact = tableOf((a, w) => a * w, FIRST[activation], FIRST[weight]);
      let outcome = '';
      for (let amplitude = 1000; amplitude < 300_000; amplitude *= 1.7) {
        const noisy = exact.map((value) => value + Math.round(random.between(-amplitude, amplitude)));
        try {
          assert.equal(interpret(noisy, { order: 'aw' }).pair, pair, `amplitude ${amplitude}`);
          outcome += 'r';
        } catch (error) {
          userError(/cannot tell/)(error);
          outcome += '-';
        }
      }
      assert.match(outcome, /^r+-+$/);
    }
  });

  test('a stated type decides in doubt, with a warning', () => {
    const random = new Random(9);
    const noise = Int32Array.from({ length: 65536 }, () => random.integer(65536));
    for (const type of OPERAND_PAIRS) {
      const found = interpret(noise, { type, order: 'aw' });
      assert.equal(found.pair, type);
      assert.deepEqual(found.table, noise);
      assert.equal(found.warnings.length, 1);
      assert.match(
        found.warnings[0]!,
        /^lut\.txt: read as .* not close to the exact product; check --lut-type/,
      );
    }
  });

  test('a stated type still leaves the order of the indices to be found', () => {
    const exact = tableOf((a, w) => a * w, -128, -128);
    const found = interpret(rearrange(exact, twosComplement, twosComplement), { type: 'int8' });
    assert.deepEqual(found.table, exact);
    assert.deepEqual(found.warnings, []);
  });

  test('a stated type that contradicts the numbers is warned about', () => {
    const found = interpret(
      tableOf((a, w) => a * w, 0, 0),
      { type: 'int8' },
    );
    assert.equal(found.pair, 'int8');
    assert.match(found.warnings[0]!, /looks like uint8 \(0…255; r = 1\.00\)/);
  });
});

describe('the order of the axes', () => {
  const lopsided = tableOf((a, w) => a * (w & ~15), -128, -128);

  test('an asymmetric table without a stated order is warned about', () => {
    const found = interpret(lopsided);
    assert.deepEqual(found.table, lopsided);
    assert.equal(found.warnings.length, 1);
    assert.match(found.warnings[0]!, /not symmetric; rows were taken as activations .*--lut-order wa/);
  });

  test('a stated order is followed silently', () => {
    assert.deepEqual(interpret(lopsided, { order: 'aw' }), { pair: 'int8', table: lopsided, warnings: [] });
    assert.deepEqual(interpret(lopsided, { order: 'wa' }).table, transpose(lopsided));
  });

  test('mixed types found by comparison are warned about', () => {
    const found = interpret(tableOf((a, w) => a * w, 0, -128));
    assert.equal(found.pair, 'uint8xint8');
    assert.match(found.warnings[0]!, /--lut-order wa/);
  });
});

describe('labels', () => {
  const signed = Int32Array.from({ length: 256 }, (_, i) => i - 128);
  const unsigned = Int32Array.from({ length: 256 }, (_, i) => i);
  const exact = tableOf((a, w) => a * w, -128, -128);

  test('in any order name the operands', () => {
    const backwards = signed.toReversed();
    const values = rearrange(exact, (i) => 255 - i, twosComplement);
    const columnLabels = signed.map((_, i) => signed[twosComplement(i)]!);
    const found = interpret(values, {}, { rowLabels: backwards, columnLabels });
    assert.deepEqual(found, { pair: 'int8', table: exact, warnings: [] });
  });

  test('decide where the numbers do not', () => {
    const noise = Int32Array.from({ length: 65536 }, (_, i) => (i * 2654435761) % 65536);
    const found = interpret(noise, { order: 'aw' }, { rowLabels: unsigned, columnLabels: signed });
    assert.equal(found.pair, 'uint8xint8');
    assert.deepEqual(found.table, noise);
    assert.match(found.warnings[0]!, /not close to the exact product/);
  });

  test('that the numbers contradict are refused', () => {
    // Positions 0…255 beside a table in two's-complement order, as pandas writes it.
    const values = rearrange(exact, twosComplement, twosComplement);
    const labels = { rowLabels: unsigned, columnLabels: unsigned };
    assert.throws(
      () => interpret(values, {}, labels),
      userError(/labelled as uint8 .*look like int8 \(0…127,-128…-1; r = 1\.00\).*--lut-type/),
    );
    assert.deepEqual(interpret(values, { type: 'int8' }, labels).table, exact);
  });

  test('that contradict the stated type are refused', () => {
    assert.throws(
      () => interpret(exact, { type: 'uint8' }, { columnLabels: signed }),
      userError(/header row \(-128…127\) says int8, --lut-type says uint8/),
    );
  });

  test('that name an operand twice, or none, are refused', () => {
    for (const broken of [signed.with(3, 5), signed.map((label) => label + 1), new Int32Array(256)]) {
      assert.throws(
        () => interpret(exact, {}, { rowLabels: broken }),
        userError(/index column does not name every operand once/),
      );
    }
  });
});

test('the real tables are 20 distinct ones and the exact products', needs(lutsFolder), () => {
  const tables: RealTable[] = realTables();
  assert.equal(tables.length, 23);
});
