import { test } from 'node:test';
import { truncated } from '../../../src/multiplier/generate/truncated.js';
import { bitsOf, numberOf } from './bits.js';
import { assertFamily, type Model, upTo } from './family_tables.js';

/** The text of the operand's bits ends in zeros. */
const zeroed: Model = ({ 'dropped-bits': dropped }, bits, { activation, weight }) => {
  const cut = (n: number): string => bitsOf(n, bits).slice(0, bits - dropped) + '0'.repeat(dropped);
  return (a, w) => numberOf(cut(a), activation) * numberOf(cut(w), weight) + 0;
};

test('truncation: operands whose lowest bits are replaced by zeros', () => {
  assertFamily(truncated, (bits) => upTo(bits - 1).map((dropped) => ({ 'dropped-bits': dropped })), zeroed);
});
