import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { compensatedBrokenArray } from '../../../src/multiplier/generate/compensated_broken_array.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { assertFamily, type Model, someUpTo, unsigned8, upTo } from './family_tables.js';
import { gateArray } from './gate_array.js';

const operandsOf = (type: string, bits: number): number[] =>
  upTo(2 ** bits - 1).map((i) => (type === 'int8' ? i - 2 ** (bits - 1) : i));

/** An array of gates, and the mean of what it lacks over all operands, which is counted out. */
const gates: Model = ({ 'vertical-break': v }, bits, types) => {
  const broken = gateArray(bits, types, (i, j) => i + j >= v);
  let lacking = 0;
  for (const a of operandsOf(types.activation, bits)) {
    for (const w of operandsOf(types.weight, bits)) lacking += a * w - broken(a, w);
  }
  const mean = lacking / 4 ** bits;
  const below = Math.floor(mean / 2 ** v) * 2 ** v;
  const constant = mean - below < 2 ** v / 2 ? below : below + 2 ** v;
  return (a, w) => broken(a, w) + constant;
};

test('compensated broken array: an array of gates plus the rounded mean of what it lacks', () => {
  assertFamily(
    compensatedBrokenArray,
    (bits) => someUpTo(2 * bits - 2, bits).map((v) => ({ 'vertical-break': v })),
    gates,
  );
});

test('the constants of an unsigned 8-bit array', () => {
  // (v − 1)/4 + 2^(−v)/4 units of column v are expected from the v ≤ 8 lowest columns.
  const constants = upTo(8).map((v) => unsigned8(compensatedBrokenArray, { 'vertical-break': v }).table[0]);
  assert.deepEqual(constants, [0, 0, 0, 8, 16, 32, 64, 256, 512]);
});

test('the mean error is within half of the lowest column that is left, as the paper says, and all bits fit', () => {
  for (const pair of OPERAND_PAIRS) {
    for (const bits of [2, 5, 8]) {
      for (const v of upTo(2 * bits - 2)) {
        const options = { ...operandTypes(pair), bits, signMagnitude: false };
        const multiplier = generateMultiplier('compensated-broken-array', {
          ...options,
          parameters: { 'vertical-break': v },
        });
        assert.ok(Math.abs(errorMetrics(multiplier).bias) <= 2 ** (v - 1));
        const lowest = pair === 'uint8' ? 0 : -(2 ** (2 * bits - 1));
        assert.ok(multiplier.table.every((product) => product >= lowest && product < lowest + 4 ** bits));
      }
    }
  }
});
