import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import { interpretTable, loadMultiplier } from '../../../src/multiplier/load.js';
import { operandsInOrder } from '../../../src/multiplier/reading/axis_order.js';
import { needs } from '../../support/shared.js';
import { type Layout, laidOut, layoutName, layoutsOf } from '../layouts.js';
import { cFile, labelledCsv, npyFile, rawFile, textFile, triplesFile } from '../table_files.js';
import { lutsFolder, realTables, rowsOf } from '../tables.js';

/** Files of a table of 16-bit products, which may be signed or not. */
const formats: Record<string, (values: Int32Array) => Buffer> = {
  'lut.txt': (values) => textFile(values, 256),
  'lut.csv': (values) => textFile(values, 256, ','),
  'one line.txt': (values) => Buffer.from(values.join(' ')),
  'lut.bin': (values) => rawFile(values, 2),
  'wide.bin': (values) => rawFile(values, 4),
  'unsigned.npy': (values) => npyFile(values, [256, 256], '<u2'),
  'signed.npy': (values) => npyFile(values, [65536], '<i2'),
  'big-endian.npy': (values) => npyFile(values, [256, 256], '>u2'),
  'float.npy': (values) => npyFile(values, [256, 256], '<f4'),
  'uint16_t.h': (values) => cFile(values, 256, 'uint16_t'),
  'short.h': (values) => cFile(values, 256, 'short'),
  'int.h': (values) => cFile(values, 256, 'int'),
};

function operandsOf(type: 'int8' | 'uint8', { rows, columns }: Layout): [Int32Array, Int32Array] {
  return [operandsInOrder(type, 8, rows), operandsInOrder(type, 8, columns)];
}

describe('the real tables', () => {
  test('as they are shipped', needs(lutsFolder), async () => {
    const files = readdirSync(lutsFolder!, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(txt|bin|h)$/.test(file))
      .map((file) => join(lutsFolder!, file));
    const tables = realTables();
    assert.equal(files.length, tables.length);
    for (const file of files) {
      const expected = tables.find(({ name }) => name === parse(file).name)!;
      const { multiplier, reading, warnings } = await loadMultiplier(file, { order: 'aw' });
      assert.deepEqual([multiplier.activation, multiplier.weight], [expected.type, expected.type], file);
      assert.deepEqual(multiplier.table, expected.values, file);
      assert.equal(multiplier.name, expected.name);
      assert.deepEqual(warnings, []);
      assert.equal(reading?.evidence, 'compared');
    }
  });

  test('in every other format each, in their layouts in turn', needs(lutsFolder), () => {
    for (const [index, { name, type, values }] of realTables().entries()) {
      const multiplier = { ...exactMultiplier(type, type), table: values };
      const layouts = layoutsOf(multiplier);
      for (const [at, [file, make]] of Object.entries(formats).entries()) {
        if ((at + index) % 2 !== 0) continue;
        const layout = layouts[((at + index) / 2) % layouts.length]!;
        const tables = readProducts(make(laidOut(multiplier, layout)), file);
        const found = interpretTable(tables, file, { order: layout.transposed ? 'wa' : 'aw' }).multiplier;
        assert.deepEqual(found.table, values, `${name} as ${file}, ${layoutName(layout)}`);
        assert.equal(found.activation, type);
      }
    }
  });

  test('in every layout, as 16 bits that may be signed or not', needs(lutsFolder), () => {
    for (const { name, type, values } of realTables()) {
      const multiplier = { ...exactMultiplier(type, type), table: values };
      for (const layout of layoutsOf(multiplier)) {
        const tables = readProducts(rawFile(laidOut(multiplier, layout), 2), 'lut.bin');
        const found = interpretTable(tables, 'lut.bin', { order: layout.transposed ? 'wa' : 'aw' });
        assert.deepEqual(found.multiplier.table, values, `${name}, ${layoutName(layout)}`);
      }
    }
  });

  test('with labels in any order', needs(lutsFolder), () => {
    const tables = realTables();
    const some = [
      tables.find(({ name }) => name === 'mul8s_1KVL')!,
      tables.find(({ name }) => name === 'mul8u_2AC')!,
    ];
    for (const { name, type, values } of some) {
      const multiplier = { ...exactMultiplier(type, type), table: values };
      const layout = layoutsOf(multiplier).at(-1)!;
      const [rows, columns] = operandsOf(type, layout);
      const laid = laidOut(multiplier, layout);
      // Rows and triples shuffled by a stride that has no factor in common with their number.
      const shuffled = Array.from({ length: 256 }, (_, i) => (i * 37 + 11) % 256);
      const csv = labelledCsv(
        shuffled.flatMap((row) => rowsOf(laid)[row]!),
        shuffled.map((row) => rows[row]!),
        columns,
      );
      const triples = triplesFile(
        laid,
        rows,
        columns,
        Array.from({ length: 65536 }, (_, i) => (i * 40503) % 65536),
      );
      for (const [file, bytes] of [
        ['lut.csv', csv],
        ['lut.txt', triples],
      ] as const) {
        const order = layout.transposed ? 'wa' : 'aw';
        const { multiplier: found, reading } = interpretTable(readProducts(bytes, file), file, { order });
        assert.deepEqual(found.table, values, `${name}, ${file}`);
        assert.equal(reading.evidence, 'labelled');
      }
    }
  });
});
