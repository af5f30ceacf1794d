import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { perforated } from '../../../src/multiplier/generate/perforated.js';
import { userError } from '../../support/errors.js';
import { bitsOf, numberOf } from './bits.js';
import { assertFamily, type Model, UNSIGNED, unsigned8, upTo, WIDTHS } from './family_tables.js';

/** All rows to leave out, of the widest operands only blocks at either end. */
const blocks = (bits: number) =>
  upTo(bits - 1)
    .flatMap((j) => upTo(bits - j).map((k) => ({ 'first-row': j, rows: k })))
    .filter(({ rows }) => rows > 0 && rows < bits)
    .filter(({ 'first-row': j, rows }) => bits < 7 || rows === 1 || j === 0 || j + rows === bits);

/** The error distance of the paper: the activation times the field of the weight that the omitted rows read. */
const fieldModel: Model = ({ 'first-row': j, rows: k }, bits, { weight }) => {
  return (a, w) => {
    const field = bitsOf(w, bits).slice(bits - j! - k!, bits - j!);
    const hasSign = j! + k! === bits && weight === 'int8';
    return a * w - a * 2 ** j! * numberOf(field, hasSign ? 'int8' : 'uint8') + 0;
  };
};

test('perforation: the exact product less the activation times the field of omitted rows', () => {
  assertFamily(perforated, blocks, fieldModel);
});

test('perforation: the normalized mean error that the paper derives', () => {
  for (const bits of WIDTHS) {
    for (const parameters of blocks(bits)) {
      const options = { ...UNSIGNED, bits, signMagnitude: false, parameters };
      const { nmed } = errorMetrics(generateMultiplier('perforated', options));
      const expected = (2 ** parameters['first-row'] * (2 ** parameters.rows - 1)) / (4 * (2 ** bits - 1));
      assert.ok(Math.abs(nmed - expected) < 1e-12);
    }
  }
});

test('rows are bits of the weight, which is the column operand', () => {
  const { table } = unsigned8(perforated, { 'first-row': 2, rows: 3 });
  assert.equal(table[255 * 256 + 0b11100], 0);
  assert.equal(table[0b11100 * 256 + 0b100011], 0b11100 * 0b100011);
});

test('more rows than there are from the first one on are refused', () => {
  assert.throws(
    () => unsigned8(perforated, { 'first-row': 6, rows: 3 }),
    userError(/--rows: expected at most 2 with --first-row 6, .* 8 rows, got 3$/),
  );
});
