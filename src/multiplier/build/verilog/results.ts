import { type Grid, SECOND_STRIDE } from '../grid.js';
import { LAST_LINE, SECOND_VISITS } from './testbench.js';

/** What a simulation has written, perhaps not to its end. */
export interface Simulation {
  /** Widths in bits; undefined where the simulation did not even start. */
  readonly widths:
    | { readonly activation: number; readonly weight: number; readonly output: number }
    | undefined;
  /** The output for each pair that was visited, in hexadecimal, in the order of the visits. */
  readonly outputs: readonly string[];
  readonly complete: boolean;
}

export function readSimulation(text: string): Simulation {
  const lines = text.split('\n');
  // What follows the last line break was not written in full.
  lines.pop();
  const [activation, weight, output] = (lines.shift() ?? '').split(' ').map(Number);
  const complete = lines.at(-1) === LAST_LINE;
  if (complete) lines.pop();
  if (activation === undefined || weight === undefined || output === undefined) {
    return { widths: undefined, outputs: [], complete };
  }
  return { widths: { activation, weight, output }, outputs: lines, complete };
}

/** The pair of the grid that a visit applies: every pair in turn, then some of them in another order. */
export function visitedPair({ size }: Grid, visit: number): number {
  const pairs = size * size;
  return visit < pairs ? visit : ((visit - pairs) * SECOND_STRIDE) % pairs;
}

/** Number of visits to all pairs and then to some. */
export function visitCount({ size }: Grid): number {
  return size * size + Math.min(size * size, SECOND_VISITS);
}
