import type { Multiplier } from '../multiplier.js';

/** A way to put the entries of a table into other places. */
export interface Rearrangement {
  /** What is wrong with the second table, if it is the first one rearranged this way. */
  readonly name: string;
  /** Row and column that entry (i, j) is taken from; indices 0 … size − 1 in ascending order of the operands. */
  readonly from: (i: number, j: number, size: number) => readonly [number, number];
  /** Whether it exchanges the axes: operand types must be alike then. */
  readonly exchanges?: boolean;
}

type Axis = (i: number, size: number) => number;

const same: Axis = (i) => i;
/** Ascending order and two's complement taken for one another: the halves of the axis change places. */
const halves: Axis = (i, size) => (i + size / 2) % size;
const backwards: Axis = (i, size) => size - 1 - i;

/** Rows, columns or both. */
function onAxes(axis: Axis, words: (axes: string) => string): Rearrangement[] {
  const make = (row: Axis, column: Axis, axes: string): Rearrangement => ({
    name: words(axes),
    from: (i, j, size) => [row(i, size), column(j, size)],
  });
  return [make(axis, axis, 'rows and columns'), make(axis, same, 'rows'), make(same, axis, 'columns')];
}

const plain: readonly Rearrangement[] = [
  ...onAxes(
    halves,
    (axes) =>
      `its ${axes} are in two's-complement order (0 first, negative operands last) where ascending order was expected, or the reverse`,
  ),
  ...onAxes(backwards, (axes) => `its ${axes} run backwards`),
  ...onAxes(
    (i, size) => (i + 1) % size,
    (axes) => `its ${axes} are shifted by one position`,
  ),
  ...onAxes(
    (i, size) => (i + size - 1) % size,
    (axes) => `its ${axes} are shifted by one position, to the other side`,
  ),
];

export const TRANSPOSED = 'the second is transposed: activations and weights have changed places';

/** The classic mistakes, simplest first. */
export const REARRANGEMENTS: readonly Rearrangement[] = [
  {
    name: TRANSPOSED,
    from: (i, j) => [j, i],
    exchanges: true,
  },
  ...plain,
  ...plain.map(
    ({ name, from }): Rearrangement => ({
      name: `the second is transposed, and ${name}`,
      from: (i, j, size) => {
        const [row, column] = from(i, j, size);
        return [column, row];
      },
      exchanges: true,
    }),
  ),
];

/** Whether `second` is `first` rearranged: second(i, j) = first(from(i, j)). */
export function isRearranged(
  first: Multiplier,
  second: Multiplier,
  { from, exchanges }: Rearrangement,
): boolean {
  if (exchanges && first.activation !== first.weight) return false;
  const size = 2 ** first.bits;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [row, column] = from(i, j, size);
      if (second.table[i * size + j] !== first.table[row * size + column]) return false;
    }
  }
  return true;
}
