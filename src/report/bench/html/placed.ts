import { paretoFront } from '../pareto.js';
import type { BenchMultiplier } from '../results.js';
import type { CostAxis } from './cost_axis.js';
import type { Evaluated, Network } from './networks.js';

/** An entry with a place on a horizontal axis. */
export interface Placed extends Evaluated {
  readonly cost: number;
}

/** The entries that the axis knows a value of. */
export function placedOn(
  axis: CostAxis,
  { entries }: Network,
  multipliers: ReadonlyMap<string, BenchMultiplier>,
): Placed[] {
  return entries.flatMap((one) => {
    const cost = axis.value(one.entry, multipliers.get(one.entry.multiplier));
    return cost === null ? [] : [{ ...one, cost }];
  });
}

/** The entries that no other one both undercuts and outdoes, in ascending order of cost. */
export function frontOf(placed: readonly Placed[]): Placed[] {
  return paretoFront(placed.map((one) => ({ one, cost: one.cost, accuracy: one.accuracy.top1 }))).map(
    ({ one }) => one,
  );
}
