import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LutFormat } from '../../../src/multiplier/formats/format.js';
import { encodeTable } from '../../../src/multiplier/formats/write.js';
import { readGradientTable } from '../../../src/multiplier/gradient/load.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { Random } from '../../../src/util/random.js';
import { fc } from '../../support/property.js';

const FORMATS: Readonly<Partial<Record<LutFormat, string>>> = {
  text: 'd.txt',
  csv: 'd.csv',
  triples: 'd.txt',
  npy: 'd.npy',
  f32: 'd.bin',
  c: 'd.h',
};

/** Float32 of any bit pattern that is finite; zeros, subnormal ones and the largest more often than by chance. */
function randomFloats(count: number, seed: number): Float32Array {
  const random = new Random(seed);
  const special = Float32Array.of(
    0,
    -0,
    1e-45,
    -1e-45,
    1.1754942e-38,
    3.4028235e38,
    -3.4028235e38,
    16777216,
    0.1,
    -1 / 3,
  );
  const [word, float] = [new Uint32Array(1), new Float32Array(1)];
  const any = (): number => {
    word[0] = random.integer(2 ** 32);
    float.set(new Float32Array(word.buffer));
    return Number.isFinite(float[0]) ? float[0]! : any();
  };
  return Float32Array.from({ length: count }, () =>
    random.integer(4) === 0 ? special[random.integer(special.length)]! : any(),
  );
}

test('derivatives are the same through every pair of formats, to the bit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OPERAND_PAIRS),
      fc.integer({ min: 2, max: 5 }),
      fc.nat(),
      (pair, bits, seed) => {
        const operands = { ...operandTypes(pair), bits };
        const table = randomFloats(4 ** bits, seed);
        const write = (values: Float32Array, format: LutFormat) =>
          Buffer.from(encodeTable({ ...operands, table: values }, { format, order: 'ascending' }));
        for (const [from, fromFile] of Object.entries(FORMATS) as [LutFormat, string][]) {
          const read = readGradientTable(write(table, from), operands, fromFile);
          for (const [to, toFile] of Object.entries(FORMATS) as [LutFormat, string][]) {
            const again = readGradientTable(write(read, to), operands, toFile);
            const different = again.findIndex((value, i) => !Object.is(value, table[i]));
            assert.equal(different, -1, `${from} → ${to}: ${table[different]} became ${again[different]}`);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('so are 8-bit ones', () => {
  const operands = { ...operandTypes('uint8xint8'), bits: 8 };
  const table = randomFloats(65536, 1);
  for (const [format, file] of Object.entries(FORMATS) as [LutFormat, string][]) {
    const content = Buffer.from(encodeTable({ ...operands, table }, { format, order: 'ascending' }));
    const again = readGradientTable(content, operands, file);
    assert.ok(
      again.every((value, i) => Object.is(value, table[i])),
      format,
    );
  }
});
