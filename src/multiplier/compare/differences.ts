import { firstOperand, type Multiplier } from '../multiplier.js';

/** One entry that two tables disagree on. */
export interface Difference {
  readonly activation: number;
  readonly weight: number;
  readonly first: number;
  readonly second: number;
}

/** A part of a table: the operands of one sign each; of unsigned ones, those with and without the highest bit. */
export interface Quadrant {
  /** e.g. 'a < 0, w ≥ 0' */
  readonly name: string;
  readonly entries: number;
  readonly differing: number;
  /** Largest |second − first|. */
  readonly largest: number;
}

/** How two tables of the same operands differ, entry by entry. */
export interface Differences {
  readonly count: number;
  /** Mean of |second − first| over all entries. */
  readonly meanAbsolute: number;
  readonly largest: number;
  /** The first in canonical order. */
  readonly first: readonly Difference[];
  /** Those with the largest |second − first|, largest first, then in canonical order. */
  readonly worst: readonly Difference[];
  readonly quadrants: readonly Quadrant[];
}

/**
 * Compares two multipliers of the same operand types and width.
 * @param listed entries to list at most in `first` and in `worst`
 * @throws RangeError where types or widths differ
 */
export function differences(first: Multiplier, second: Multiplier, listed = 10): Differences {
  const { activation, weight, bits } = first;
  if (second.activation !== activation || second.weight !== weight || second.bits !== bits) {
    throw new RangeError('tables of different operands have no entries in common');
  }
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const at: number[] = [];
  const distanceAt = (i: number) => Math.abs(second.table[i]! - first.table[i]!);
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < first.table.length; i++) {
    const distance = distanceAt(i);
    if (distance !== 0) at.push(i);
    sum += distance;
    largest = Math.max(largest, distance);
  }
  const describe = (i: number): Difference => ({
    activation: Math.floor(i / size) + a0,
    weight: (i % size) + w0,
    first: first.table[i]!,
    second: second.table[i]!,
  });
  const worst = at.toSorted((i, j) => distanceAt(j) - distanceAt(i) || i - j).slice(0, listed);
  return {
    count: at.length,
    meanAbsolute: sum / first.table.length,
    largest,
    first: at.slice(0, listed).map(describe),
    worst: worst.map(describe),
    quadrants: quadrants(first, at, distanceAt),
  };
}

function quadrants(
  { activation, weight, bits }: Multiplier,
  at: readonly number[],
  distanceAt: (i: number) => number,
): Quadrant[] {
  const size = 2 ** bits;
  const half = size / 2;
  const halves = (operand: string, type: string) =>
    type === 'int8' ? [`${operand} < 0`, `${operand} ≥ 0`] : [`${operand} < ${half}`, `${operand} ≥ ${half}`];
  const rows = halves('a', activation);
  const columns = halves('w', weight);
  const differing = [0, 0, 0, 0];
  const largest = [0, 0, 0, 0];
  for (const i of at) {
    const quadrant = (Math.floor(i / size) < half ? 0 : 2) + (i % size < half ? 0 : 1);
    differing[quadrant]!++;
    largest[quadrant] = Math.max(largest[quadrant]!, distanceAt(i));
  }
  return differing.map((count, quadrant) => ({
    name: `${rows[quadrant >> 1]}, ${columns[quadrant & 1]}`,
    entries: half * half,
    differing: count,
    largest: largest[quadrant]!,
  }));
}
