import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProducts } from '../../../src/multiplier/formats/read.js';
import type { TableFile } from '../../../src/multiplier/formats/table_file.js';
import { families } from '../../../src/multiplier/generate/families.js';
import type { Family } from '../../../src/multiplier/generate/family.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { UserError } from '../../../src/util/errors.js';
import { WIDTHS } from '../generate/family_tables.js';
import { laidOut, layoutName, layoutsOf } from '../layouts.js';
import { rawFile } from '../table_files.js';

/** Parameters of a family from mild to destructive: the ends of each range, and between. */
function parametersOf(family: Family, bits: number): Record<string, number>[] {
  return family.parameters.reduce<Record<string, number>[]>(
    (combinations, { name, kind, least, most, default: fallback }) => {
      const top = Math.min(most(bits), kind === 'integer' ? 2 * bits : 4 ** bits / 4);
      const middle = kind === 'integer' ? Math.floor((least + top) / 2) : top / 10;
      const values = name === 'seed' ? [fallback ?? 1] : [...new Set([least, middle, top])];
      return combinations.flatMap((given) => values.map((value) => ({ ...given, [name]: value })));
    },
    [{}],
  );
}

function multipliersOf(family: Family, bits: number): Multiplier[] {
  return OPERAND_PAIRS.flatMap((pair) =>
    [false, true].flatMap((signMagnitude) => {
      if (signMagnitude ? pair === 'uint8' : pair !== 'uint8' && family.operands === 'unsigned') return [];
      const types = operandTypes(pair);
      return parametersOf(family, bits).flatMap((parameters) => {
        // No more rows can be left out than there are from the first one on.
        if ((parameters['first-row'] ?? 0) + (parameters.rows ?? 0) > bits) return [];
        return [generateMultiplier(family.name, { ...types, bits, signMagnitude, parameters })];
      });
    }),
  );
}

/** The numbers as they are, and as 16 bits that do not tell whether they are signed, where they fit. */
function formsOf(values: Int32Array, bits: number): TableFile[][] {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const fits = (least >= -0x8000 && most <= 0x7fff) || (least >= 0 && most <= 0xffff);
  return [[{ format: 'npy', bits, values }], ...(fits ? [readProducts(rawFile(values, 2), 'lut.bin')] : [])];
}

for (const bits of WIDTHS) {
  test(`every family of ${bits}-bit operands, in every layout, is read right or refused`, () => {
    let right = 0;
    let refused = 0;
    for (const family of families) {
      for (const [index, multiplier] of multipliersOf(family, bits).entries()) {
        // Large tables take time: each in two of its layouts, in turn.
        const layouts = layoutsOf(multiplier).filter(
          (_, i, all) => bits <= 5 || (i - index) % Math.max(1, all.length / 2) === 0,
        );
        for (const layout of layouts) {
          for (const tables of formsOf(laidOut(multiplier, layout), bits)) {
            const order = layout.transposed ? 'wa' : 'aw';
            try {
              const found = interpretTable(tables, 'lut', { order }).multiplier;
              const place = `${multiplier.name}, ${layoutName(layout)}, ${tables[0]!.format}`;
              assert.equal(
                `${found.activation} × ${found.weight}`,
                `${multiplier.activation} × ${multiplier.weight}`,
                place,
              );
              assert.equal(found.sha256, multiplier.sha256, place);
              right++;
            } catch (error) {
              if (!(error instanceof UserError)) throw error;
              assert.match(
                error.message,
                /^lut: cannot tell the operand types: .*; state them with --lut-type/,
              );
              refused++;
            }
          }
        }
      }
    }
    // What is left out or added at random may be everything; half of the multipliers are sound enough.
    assert.ok(right > refused, `${right} read, ${refused} refused`);
  });
}
