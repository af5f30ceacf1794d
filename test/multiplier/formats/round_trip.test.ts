import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LUT_FORMATS, type LutFormat } from '../../../src/multiplier/formats/format.js';
import { formatToWrite, misfit, rawFormatFor } from '../../../src/multiplier/formats/output_format.js';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import { encodeTable, type WriteOptions } from '../../../src/multiplier/formats/write.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, operandPair } from '../../../src/multiplier/operand_pair.js';
import { userError } from '../../support/errors.js';
import { fc } from '../../support/property.js';
import { laidOut } from '../layouts.js';
import { fileLayouts, randomMultiplier, randomMultipliers } from '../random_tables.js';

const FORMATS = LUT_FORMATS.filter((format) => format !== 'f32');
const EXTENSION: Readonly<Partial<Record<LutFormat, string>>> = {
  text: 'txt',
  csv: 'csv',
  triples: 'txt',
  npy: 'npy',
  c: 'h',
};

type Layout = Omit<WriteOptions, 'format'> & { readonly order: 'ascending' | 'twos-complement' };

const fitting = (multiplier: Multiplier) =>
  FORMATS.filter((format) => misfit(multiplier, format) === undefined);
const write = (multiplier: Multiplier, format: LutFormat, layout: Layout) =>
  Buffer.from(encodeTable(multiplier, { format, ...layout }));

/** Reads what was written, with all stated that a table which is no product does not tell. */
function read(
  content: Buffer,
  format: LutFormat,
  { activation, weight }: Multiplier,
  layout: Layout,
): Multiplier {
  const name = `lut.${EXTENSION[format] ?? 'bin'}`;
  // All but 16 bits, which may be signed or not, are recognised.
  const stated = format === 'u16' || format === 'i16' ? format : undefined;
  const { multiplier } = interpretTable(readProducts(content, name, stated), name, {
    type: operandPair(activation, weight),
    order: layout.transposed ? 'wa' : 'aw',
    indexOrder: layout.order,
  });
  return multiplier;
}

/** The numbers in a file of a format, taken without the code under test. */
function numbersIn(content: Buffer, format: LutFormat, bits: number): number[] {
  const count = 4 ** bits;
  const text = content.toString('latin1');
  const at = (bytes: number, take: (offset: number) => number, start = 0) =>
    Array.from({ length: count }, (_, i) => take(start + i * bytes));
  switch (format) {
    case 'u16':
      return at(2, (i) => content.readUInt16LE(i));
    case 'i16':
      return at(2, (i) => content.readInt16LE(i));
    case 'i32':
      return at(4, (i) => content.readInt32LE(i));
    case 'npy':
      return at(4, (i) => content.readInt32LE(i), content.length - 4 * count);
    case 'c':
      return text.slice(text.indexOf('{')).match(/-?\d+/g)!.map(Number);
    default: {
      const lines = text.trimEnd().split('\n');
      if (format === 'text') return lines.flatMap((line) => line.split(' ').map(Number));
      if (format === 'csv') return lines.slice(1).flatMap((line) => line.split(',').slice(1).map(Number));
      return lines.slice(1).map((line) => Number(line.split(' ')[2]));
    }
  }
}

describe('tables that are no products, written and read with their operands stated', () => {
  test('hold the same numbers, in the order of the file', () => {
    fc.assert(
      fc.property(randomMultipliers(5), fileLayouts, (multiplier, layout) => {
        const { order, transposed } = layout;
        const expected = [...laidOut(multiplier, { rows: order, columns: order, transposed })];
        for (const format of fitting(multiplier)) {
          assert.deepEqual(
            numbersIn(write(multiplier, format, layout), format, multiplier.bits),
            expected,
            format,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are the same through every pair of formats, there and back', () => {
    fc.assert(
      fc.property(randomMultipliers(4), fileLayouts, fileLayouts, (multiplier, first, second) => {
        for (const from of fitting(multiplier)) {
          const original = write(multiplier, from, first);
          for (const to of fitting(multiplier)) {
            const there = write(read(original, from, multiplier, first), to, second);
            const back = read(there, to, multiplier, second);
            assert.equal(back.sha256, multiplier.sha256, `${from} → ${to}`);
            assert.deepEqual(write(back, from, first), original);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('also large ones', () => {
    fc.assert(
      fc.property(
        randomMultipliers(8).filter(({ bits }) => bits > 4),
        fileLayouts,
        fc.nat(),
        (multiplier, layout, pick) => {
          const formats = fitting(multiplier);
          const format = formats[pick % formats.length]!;
          const again = read(write(multiplier, format, layout), format, multiplier, layout);
          assert.equal(again.sha256, multiplier.sha256, format);
        },
      ),
      { numRuns: 120 },
    );
  });

  test('need no order where it is the default of the format', () => {
    fc.assert(
      fc.property(randomMultipliers(4), (multiplier) => {
        const type = operandPair(multiplier.activation, multiplier.weight);
        for (const format of fitting(multiplier)) {
          const content = Buffer.from(encodeTable(multiplier, { format }));
          const name = `lut.${EXTENSION[format] ?? 'bin'}`;
          // A raw file of the format that is chosen for the operands tells its signs, too.
          const chosen =
            format === 'i32' || format === rawFormatFor(multiplier) || EXTENSION[format] !== undefined;
          const tables = readProducts(content, name, chosen ? undefined : format);
          assert.equal(interpretTable(tables, name, { type }).multiplier.sha256, multiplier.sha256, format);
        }
      }),
      { numRuns: 80 },
    );
  });
});

test('labels name the operands and their order, of tables that are no products, too', () => {
  fc.assert(
    fc.property(
      randomMultipliers(5),
      fileLayouts,
      fc.constantFrom('csv', 'triples'),
      (multiplier, layout, format) => {
        const content = write(multiplier, format as LutFormat, layout);
        const order = layout.transposed ? 'wa' : 'aw';
        const again = interpretTable(readProducts(content, 'lut.csv'), 'lut.csv', { order }).multiplier;
        assert.equal(again.sha256, multiplier.sha256);
      },
    ),
    { numRuns: 100 },
  );
});

describe('formats that do not hold a table', () => {
  const name = 'out.bin';

  test('are refused with one that does', () => {
    const signed = randomMultiplier('int8', 3, 'signed 16 bits', 1);
    const unsigned = randomMultiplier('uint8', 3, 'unsigned 16 bits', 1);
    const wide = randomMultiplier('int8', 3, 'all of int32', 1);
    const refused: [Multiplier, LutFormat, RegExp][] = [
      [signed, 'u16', /^out\.bin: -\d+ does not fit u16 \(0…65535\); write it with --to i32$/],
      [unsigned, 'i16', /^out\.bin: \d+ does not fit i16 \(-32768…32767\)/],
      [wide, 'i16', /does not fit i16/],
      [wide, 'f32', /^out\.bin: products do not fit f32; write them with --to i32$/],
    ];
    for (const [multiplier, format, pattern] of refused) {
      assert.throws(() => formatToWrite(name, multiplier, format), userError(pattern));
      assert.throws(() => encodeTable(multiplier, { format }), RangeError);
    }
    const table = { ...signed, table: new Float32Array(64) };
    for (const format of ['u16', 'i16', 'i32'] as const) {
      assert.throws(() => formatToWrite(name, table, format), userError(/derivatives do not fit .*--to f32/));
    }
  });

  test('are not chosen: raw numbers have the signs of their operands', () => {
    for (const pair of OPERAND_PAIRS) {
      const chosen = (range: string) => formatToWrite(name, randomMultiplier(pair, 4, range, 2));
      const signed = pair !== 'uint8';
      assert.equal(chosen('signed 16 bits'), signed ? 'i16' : 'i32');
      assert.equal(chosen('unsigned 16 bits'), signed ? 'i32' : 'u16');
      assert.equal(chosen('a bit more than 16 bits'), 'i32');
      assert.equal(chosen('zero and one'), signed ? 'i16' : 'u16');
    }
  });

  test('follow from the extension', () => {
    const multiplier = randomMultiplier('int8', 2, 'zero and one', 3);
    const formats = ['a.txt', 'a.CSV', 'a.b.npy', 'a.bin', 'a.raw', 'a.h', 'a.c'].map((file) =>
      formatToWrite(file, multiplier),
    );
    assert.deepEqual(formats, ['text', 'csv', 'npy', 'i16', 'i16', 'c', 'c']);
    for (const file of ['a', 'a.json', '.txt', 'npy']) {
      assert.throws(
        () => formatToWrite(file, multiplier),
        userError(
          /the extension names no format, expected \.txt, \.csv, .*; or state one of text, .* with --to/,
        ),
      );
      assert.equal(formatToWrite(file, multiplier, 'triples'), 'triples');
    }
  });
});
