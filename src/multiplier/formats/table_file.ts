import type { LutFormat } from './format.js';

/** Bits of operands that tables exist for. */
export const LEAST_BITS = 2;
export const MOST_BITS = 8;

/**
 * What a file yields: the numbers as they stand in it, before rows and columns are understood.
 * Int32Array: products; Float32Array: derivatives (see gradient/).
 */
export interface TableFile<Values extends Int32Array | Float32Array = Int32Array> {
  readonly format: LutFormat;
  /** Operand width b; an axis has 2^b positions. */
  readonly bits: number;
  /** 2^b × 2^b, row-major in the order of the file. */
  readonly values: Values;
  /** Operand value of each row, where the file states it (index column). */
  readonly rowLabels?: Int32Array;
  /** Operand value of each column, where the file states it (header row). */
  readonly columnLabels?: Int32Array;
}

/** The operand width of a table of so many numbers, or undefined where there is none. */
export function bitsOfCount(count: number): number | undefined {
  for (let bits = LEAST_BITS; bits <= MOST_BITS; bits++) if (count === 4 ** bits) return bits;
  return undefined;
}

/** For messages: what a count of numbers should have been. */
export const EXPECTED_COUNT = '65536 (256 × 256), or 2^b × 2^b for operands of b = 2 to 7 bits';
