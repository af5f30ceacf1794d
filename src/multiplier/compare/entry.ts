import { firstOperand, type Multiplier } from '../multiplier.js';

/** The two values of an entry in which tables differ, and where. */
export interface Entry {
  readonly a: number;
  readonly w: number;
  readonly first: number;
  readonly second: number;
}

/** All entries in which two tables of the same operands differ, in canonical order. */
export function differingEntries(first: Multiplier, second: Multiplier): Entry[] {
  const size = 2 ** first.bits;
  const a0 = firstOperand(first.activation, first.bits);
  const w0 = firstOperand(first.weight, first.bits);
  const entries: Entry[] = [];
  first.table.forEach((value, i) => {
    if (second.table[i] === value) return;
    entries.push({
      a: Math.floor(i / size) + a0,
      w: (i % size) + w0,
      first: value,
      second: second.table[i]!,
    });
  });
  return entries;
}
