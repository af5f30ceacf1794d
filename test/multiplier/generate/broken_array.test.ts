import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { brokenArray } from '../../../src/multiplier/generate/broken_array.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { assertFamily, type Model, someUpTo, unsigned8, upTo, WIDTHS } from './family_tables.js';
import { gateArray } from './gate_array.js';

const gates: Model = ({ 'horizontal-break': h, 'vertical-break': v }, bits, types) =>
  gateArray(bits, types, (i, j) => !(i < h || i + j < v));

test('broken array: an array of gates without the cells before the breaks', () => {
  const breaks = (bits: number) => {
    // Both ends alone and together; of the widest only these.
    const rows = bits < 8 ? someUpTo(bits - 1, bits) : [0, bits - 1];
    const columns = bits < 8 ? someUpTo(2 * bits - 2, bits) : [0, 9, 2 * bits - 2];
    return rows.flatMap((h) => columns.map((v) => ({ 'horizontal-break': h, 'vertical-break': v })));
  };
  assertFamily(brokenArray, breaks, gates);
});

test('broken array without breaks is exact, with them never above the exact product', () => {
  for (const bits of WIDTHS.slice(0, 5)) {
    for (const h of upTo(bits - 1)) {
      for (const v of upTo(2 * bits - 2)) {
        for (const type of ['int8', 'uint8'] as const) {
          const parameters = { 'horizontal-break': h, 'vertical-break': v };
          const options = { activation: type, weight: type, bits, signMagnitude: false, parameters };
          const { maxError, wce } = errorMetrics(generateMultiplier('broken-array', options));
          assert.ok(maxError <= 0);
          assert.equal(wce === 0, h === 0 && v === 0);
        }
      }
    }
  }
});

test('a horizontal break drops bits of the weight, which is the column operand', () => {
  const { table } = unsigned8(brokenArray, { 'horizontal-break': 3, 'vertical-break': 0 });
  assert.equal(table[255 * 256 + 0b111], 0);
  assert.equal(table[0b111 * 256 + 0b1000], 0b111000);
});

test('a signed array whose complemented cells are left out is below 0 at 0, by their weights', () => {
  const zero = (parameters: Record<string, number>) => {
    const options = { activation: 'int8', weight: 'int8', bits: 8, signMagnitude: false } as const;
    return generateMultiplier('broken-array', { ...options, parameters }).table[128 * 256 + 128];
  };
  assert.equal(zero({ 'vertical-break': 7 }), 0);
  assert.equal(zero({ 'vertical-break': 8 }), -2 * 128);
  assert.equal(zero({ 'vertical-break': 9 }), -2 * (128 + 256));
  assert.equal(zero({ 'horizontal-break': 1, 'vertical-break': 0 }), -128);
});
