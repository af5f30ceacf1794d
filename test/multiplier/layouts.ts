import type { Multiplier } from '../../src/multiplier/multiplier.js';

export type Order = 'ascending' | 'twos-complement';

/** How a table stands in a file. */
export interface Layout {
  readonly rows: Order;
  readonly columns: Order;
  /** Rows are weights. */
  readonly transposed: boolean;
}

/** Position of operand index i (0 = smallest operand) along an axis, as the design of such files has it. */
function positionOf(i: number, type: string, size: number, order: Order): number {
  return order === 'ascending' || type === 'uint8' ? i : (i + size / 2) % size;
}

/** The numbers of a table as a file has them, row after row; shares no code with what reads and writes files. */
export function laidOut<Values extends Int32Array | Float32Array>(
  {
    activation,
    weight,
    bits,
    table,
  }: Pick<Multiplier, 'activation' | 'weight' | 'bits'> & { readonly table: Values },
  { rows, columns, transposed }: Layout,
): Values {
  const size = 2 ** bits;
  const values = table.slice() as Values;
  for (let a = 0; a < size; a++) {
    for (let w = 0; w < size; w++) {
      const value = table[a * size + w]!;
      if (transposed) {
        values[positionOf(w, weight, size, rows) * size + positionOf(a, activation, size, columns)] = value;
      } else {
        values[positionOf(a, activation, size, rows) * size + positionOf(w, weight, size, columns)] = value;
      }
    }
  }
  return values;
}

/** The layouts that tables of these operands come in: orders of rows and columns, both orientations. */
export function layoutsOf({ activation, weight }: Pick<Multiplier, 'activation' | 'weight'>): Layout[] {
  const orders = (type: string): Order[] =>
    type === 'int8' ? ['ascending', 'twos-complement'] : ['ascending'];
  return [false, true].flatMap((transposed) =>
    orders(transposed ? weight : activation).flatMap((rows) =>
      orders(transposed ? activation : weight).map((columns) => ({ rows, columns, transposed })),
    ),
  );
}

/** Words for a layout, for messages of tests. */
export function layoutName({ rows, columns, transposed }: Layout): string {
  return `${rows} by ${columns}${transposed ? ', transposed' : ''}`;
}
