import type { Multiplier } from '../multiplier.js';
import type { Entry } from './entry.js';

/** Whether the second value of every entry is made of the first, or the first of the second. */
function eitherWay(entries: readonly Entry[], change: (value: number) => number): boolean {
  return (
    entries.every(({ first, second }) => second === change(first)) ||
    entries.every(({ first, second }) => first === change(second))
  );
}

/** Mistakes that explain every differing entry by its value; the first that does is told. */
const MISTAKES: readonly {
  readonly name: (bits: number) => string;
  readonly explains: (entries: readonly Entry[], bits: number) => boolean;
}[] = [
  {
    name: () => 'products that differ have the opposite sign',
    explains: (entries) => eitherWay(entries, (value) => -value),
  },
  {
    name: (bits) =>
      `${2 * bits}-bit products were taken as signed in one table and as unsigned in the other: they differ by ${4 ** bits}`,
    explains: (entries, bits) => {
      const wrap = 4 ** bits;
      // Only patterns of 2b bits with the highest one set differ.
      return eitherWay(entries, (value) => (value >= wrap / 2 && value < wrap ? value - wrap : value));
    },
  },
  {
    name: () => 'products were cut to 16 bits: they differ by multiples of 65536',
    explains: (entries) =>
      eitherWay(entries, (value) => value & 0xffff) || eitherWay(entries, (value) => (value << 16) >> 16),
  },
  {
    name: () => 'products were limited to int16: too large ones became 32767 or -32768',
    explains: (entries) => eitherWay(entries, (value) => Math.min(32767, Math.max(-32768, value))),
  },
];

/** The mistake that explains all entries by their values, in words. @param bits width of the operands */
export function mistakeByValue(entries: readonly Entry[], bits: number): string[] {
  const mistake = MISTAKES.find(({ explains }) => explains(entries, bits));
  return mistake === undefined ? [] : [mistake.name(bits)];
}

/** Largest numerator and denominator of a factor. */
const LONGEST = 65536;

/** A constant added to all entries, or a constant factor, in words. */
export function mistakeByConstant(first: Multiplier, second: Multiplier): string[] {
  const offset = second.table[0]! - first.table[0]!;
  if (offset !== 0 && first.table.every((value, i) => second.table[i]! - value === offset)) {
    return [`the second has ${offset} added to every product`];
  }
  const at = first.table.findIndex((value) => value !== 0);
  if (at < 0) return [];
  const divisor = greatestDivisor(first.table[at]!, second.table[at]!) * Math.sign(first.table[at]!);
  const numerator = second.table[at]! / divisor;
  const denominator = first.table[at]! / divisor;
  // A turned sign is told by value. Nobody multiplies by longer fractions, and these are compared without rounding.
  if ((numerator === -1 && denominator === 1) || Math.abs(numerator) > LONGEST || denominator > LONGEST)
    return [];
  if (!first.table.every((value, i) => second.table[i]! * denominator === value * numerator)) return [];
  // + 0: without the sign that zero over a negative number has.
  const factor = denominator === 1 ? numerator + 0 : `${numerator}/${denominator}`;
  return [`the second has every product multiplied by ${factor}`];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestDivisor(b, a % b);
}
