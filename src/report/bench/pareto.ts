/** A choice between a cost, which should be low, and an accuracy, which should be high. */
export interface Tradeoff {
  readonly cost: number;
  readonly accuracy: number;
}

/**
 * The Pareto front: choices that no other one dominates, which is to cost no more and be no less accurate, and better
 * in one of the two. In ascending order of cost; equal choices are all in it.
 */
export function paretoFront<T extends Tradeoff>(choices: readonly T[]): T[] {
  const ordered = [...choices].sort((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  const front: T[] = [];
  for (const choice of ordered) {
    const last = front.at(-1);
    const equal = last?.cost === choice.cost && last.accuracy === choice.accuracy;
    if (last === undefined || equal || choice.accuracy > last.accuracy) front.push(choice);
  }
  return front;
}
