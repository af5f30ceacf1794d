import { exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import type { Multiplier, OperandType } from '../../../src/multiplier/multiplier.js';
import { Random } from '../../../src/util/random.js';

const types: readonly OperandType[] = ['int8', 'uint8'];

/** Multipliers of all operand types and several widths: exact, mild, one-sided, with outliers, any int32 at all. */
export function analysisCases(): Multiplier[] {
  const random = new Random(7);
  const int32 = () => random.integer(2 ** 32) - 2 ** 31;
  return types.flatMap((activation) =>
    types.flatMap((weight) =>
      [2, 3, 5, 8].flatMap((bits) => {
        const of = (name: string, product: (a: number, w: number) => number) =>
          tabulate(`${name} ${activation}×${weight} ${bits}`, activation, weight, bits, product);
        return [
          exactMultiplier(activation, weight, bits),
          of('one wrong', (a, w) => (a === 1 && w === 1 ? 2 : a * w)),
          of('truncated', (a, w) => Math.floor((a * w) / 4) * 4),
          of('noisy', (a, w) => a * w + random.integer(201) - 100),
          of('outliers', (a, w) => (a === 1 && w === 1 ? 2 ** 31 - 1 : a * w - 1 - (a & 3))),
          of('lowest', () => -(2 ** 31)),
          of('random', int32),
        ];
      }),
    ),
  );
}

/** One operand pair of a table. */
export interface Pair {
  readonly a: number;
  readonly w: number;
  readonly exact: number;
  readonly error: number;
}

/** All pairs of a multiplier, row by row, in plain loops over the operands. */
export function pairsOf({ activation, weight, bits, table }: Multiplier): Pair[] {
  const operands = (type: OperandType) => {
    const half = type === 'int8' ? 2 ** bits / 2 : 0;
    return Array.from({ length: 2 ** bits }, (_, i) => i - half);
  };
  const pairs: Pair[] = [];
  for (const a of operands(activation)) {
    for (const w of operands(weight)) {
      pairs.push({ a, w, exact: a * w, error: table[pairs.length]! - a * w });
    }
  }
  return pairs;
}
