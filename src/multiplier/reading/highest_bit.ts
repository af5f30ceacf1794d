import type { TableFile } from '../formats/table_file.js';

/**
 * Why the numbers cannot tell whether the operand of an axis is signed: that is decided by what a table does with
 * the operand's highest bit, and this one ignores it, or ignores all others. Then the same numbers are the table of
 * a signed and of an unsigned multiplier. undefined: they may tell.
 */
export function untoldType({ values, bits }: TableFile, axis: 'row' | 'column'): string | undefined {
  const size = 2 ** bits;
  const half = size / 2;
  const at = (position: number, other: number): number =>
    axis === 'row' ? values[position * size + other]! : values[other * size + position]!;
  /** Whether products are the same at both positions. */
  const alike = (first: number, second: number): boolean => {
    for (let other = 0; other < size; other++) {
      if (at(first, other) !== at(second, other)) return false;
    }
    return true;
  };
  const positions = Array.from({ length: half }, (_, i) => i);
  if (positions.every((i) => alike(i, half + i))) return 'do not depend on the highest bit';
  if (positions.every((i) => alike(i, 0) && alike(half + i, half))) return 'depend on the highest bit alone';
  return undefined;
}
