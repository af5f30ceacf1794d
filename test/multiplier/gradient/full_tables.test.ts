import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactMultiplier } from '../../../src/multiplier/create.js';
import type { LutFormat } from '../../../src/multiplier/formats/format.js';
import { encodeTable } from '../../../src/multiplier/formats/write.js';
import { difference } from '../../../src/multiplier/gradient/difference.js';
import { fullGradientTables } from '../../../src/multiplier/gradient/full_tables.js';
import { gradientTables } from '../../../src/multiplier/gradient/gradient_tables.js';
import { lre } from '../../../src/multiplier/gradient/linear.js';
import { readGradientTable } from '../../../src/multiplier/gradient/load.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { fc } from '../../support/property.js';
import { randomMultipliers } from '../random_tables.js';

test('of the exact product hold the other operand', () => {
  for (const pair of OPERAND_PAIRS) {
    const { activation, weight } = operandTypes(pair);
    for (let bits = 2; bits <= 8; bits += 3) {
      const size = 2 ** bits;
      const { byActivation, byWeight } = fullGradientTables(
        lre(exactMultiplier(activation, weight, bits)),
        exactMultiplier(activation, weight, bits),
      );
      const first = (type: string) => (type === 'int8' ? -size / 2 : 0);
      assert.deepEqual(
        byActivation,
        Float32Array.from({ length: size * size }, (_, i) => first(weight) + (i % size)),
      );
      assert.deepEqual(
        byWeight,
        Float32Array.from({ length: size * size }, (_, i) => first(activation) + Math.floor(i / size)),
      );
    }
  }
});

const FILES: Readonly<Partial<Record<LutFormat, string>>> = {
  text: 'd.txt',
  csv: 'd.csv',
  triples: 'd.txt',
  npy: 'd.npy',
  f32: 'd.bin',
  c: 'd.h',
};

test('written in any format and read again are what was computed', () => {
  fc.assert(
    fc.property(randomMultipliers(5), fc.boolean(), (multiplier, linear) => {
      const computed = linear ? lre(multiplier) : difference(multiplier);
      const { byActivation, byWeight } = fullGradientTables(computed, multiplier);
      const { activation, weight, bits } = multiplier;
      for (const [format, file] of Object.entries(FILES) as [LutFormat, string][]) {
        const [a, w] = [byActivation, byWeight].map((table) => {
          const content = encodeTable({ activation, weight, bits, table }, { format, order: 'ascending' });
          return readGradientTable(Buffer.from(content), multiplier, file);
        });
        assert.deepEqual(gradientTables(a!, w!, multiplier), computed, format);
      }
    }),
    { numRuns: 60 },
  );
});
