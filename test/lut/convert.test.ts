import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertTable } from '../../src/lut/convert.js';
import { LUT_FORMATS } from '../../src/multiplier/formats/format.js';
import { misfit } from '../../src/multiplier/formats/output_format.js';
import { readProducts } from '../../src/multiplier/formats/read.js';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { operandPair } from '../../src/multiplier/operand_pair.js';
import { laidOut } from '../multiplier/layouts.js';
import { fileLayouts, randomMultipliers } from '../multiplier/random_tables.js';
import { fc } from '../support/property.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const [input, output] = [join(folder, 'in'), join(folder, 'out')];

test('a table that is no product is converted between any two formats and layouts, with its operands stated', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomMultipliers(4),
      fc.nat(),
      fc.nat(),
      fileLayouts,
      fileLayouts,
      async (multiplier, pickFrom, pickTo, from, to) => {
        const { activation, weight, bits, sha256 } = multiplier;
        const formats = LUT_FORMATS.filter((format) => misfit(multiplier, format) === undefined);
        const [format, wanted] = [formats[pickFrom % formats.length]!, formats[pickTo % formats.length]!];
        writeFileSync(input, encodeTable(multiplier, { format, ...from }));
        const report = await convertTable({
          input,
          output,
          read: {
            type: operandPair(activation, weight),
            order: from.transposed ? 'wa' : 'aw',
            indexOrder: from.order,
            format,
          },
          gradient: false,
          to: wanted,
          toOrder: to.order,
          transpose: to.transposed,
        });
        assert.deepEqual([report.holds, report.sha256, report.bits], ['products', sha256, bits]);
        assert.deepEqual(
          [report.input.rows, report.output.rows],
          [from, to].map(({ transposed }) => (transposed ? 'weights' : 'activations')),
        );
        const bytes = readFileSync(output);
        assert.equal(report.output.bytes, bytes.length);
        const [written] = readProducts(bytes, output, wanted);
        const { order: rows, order: columns, transposed } = to;
        const expected = laidOut(multiplier, { rows, columns, transposed });
        if (!written!.rowLabels) assert.deepEqual(written!.values, expected);
        // Signed operands have two orders, unsigned ones have one.
        const half = 2 ** bits / 2;
        const nameOf = (type: string, order: string) =>
          type === 'uint8'
            ? `0…${2 * half - 1}`
            : order === 'ascending'
              ? `-${half}…${half - 1}`
              : `0…${half - 1},-${half}…-1`;
        const [first, second] = transposed ? [weight, activation] : [activation, weight];
        assert.deepEqual(
          [report.output.rowOrder, report.output.columnOrder],
          [nameOf(first, rows), nameOf(second, columns)],
        );
      },
    ),
    { numRuns: 120 },
  );
});
