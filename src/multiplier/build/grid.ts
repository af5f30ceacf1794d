/**
 * The operands for which a design was run, on both axes: `size` consecutive integers from `first` on. Results are
 * row-major, row = activation.
 */
export interface Grid {
  readonly first: number;
  readonly size: number;
}

/** The bit patterns of b-bit operands, as a circuit sees them. */
export function patternGrid(bits: number): Grid {
  return { first: 0, size: 2 ** bits };
}

/** The values of signed and of unsigned b-bit operands, −2^(b−1) … 2^b − 1: a wide C type tells −1 from 2^b − 1. */
export function valueGrid(bits: number): Grid {
  return { first: -(2 ** (bits - 1)), size: 3 * 2 ** (bits - 1) };
}

/** Position of an operand's value on an axis of the grid; on one of patterns, negative values are in two's complement. */
export function gridIndex({ first, size }: Grid, value: number): number {
  return first === 0 && value < 0 ? value + size : value - first;
}

/** The operands of a pair of the grid. */
export function pairAt({ first, size }: Grid, index: number): readonly [activation: number, weight: number] {
  return [first + Math.floor(index / size), first + (index % size)];
}

/**
 * Steps through the pairs of a grid in another order than the first visit does: pair k of the second visit is
 * k · SECOND_STRIDE modulo their number. The stride is a prime that divides no such number, hence every pair is met.
 */
export const SECOND_STRIDE = 40507;
