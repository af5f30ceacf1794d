import { UserError } from '../../../util/errors.js';
import { type Grid, pairAt } from '../grid.js';
import { visitCount, visitedPair } from './results.js';
import type { SimulationEnd } from './simulate.js';
import type { PortNames } from './testbench.js';

/**
 * The outputs for all pairs of the grid as unsigned numbers.
 * @param seconds that were allowed
 * @param place begins a message
 * @throws UserError where some are missing, undefined, or differ in the second visit
 */
export function readOutputs(
  { outputs, complete, timedOut, stalled }: SimulationEnd,
  grid: Grid,
  ports: PortNames,
  seconds: number,
  place: string,
): BigInt64Array {
  const at = (visit: number) => {
    const [a, w] = pairAt(grid, visitedPair(grid, visit));
    return `${ports.activation} = ${a}, ${ports.weight} = ${w}`;
  };
  if (stalled) {
    throw new UserError(
      `${place}: the simulation makes no progress at ${at(outputs.length)}; is there a combinational loop?`,
    );
  }
  if (timedOut) {
    throw new UserError(
      `${place}: not simulated within ${seconds} s, reached ${at(outputs.length)} (${outputs.length} of ${visitCount(grid)} pairs); allow more with --timeout`,
    );
  }
  if (!complete) {
    throw new UserError(
      `${place}: the simulation ended by itself at ${at(outputs.length)}; does the design call $finish or $stop?`,
    );
  }
  const undefinedAt = outputs.findIndex((output) => !/^[0-9a-f]+$/.test(output));
  if (undefinedAt >= 0) {
    throw new UserError(
      `${place}: the output ${ports.output} is ${outputs[undefinedAt]} (hexadecimal) for ${at(undefinedAt)}; X is a value that was never set, Z a wire that nothing drives`,
    );
  }
  const pairs = grid.size * grid.size;
  const differsAt = outputs.findIndex((output, visit) => output !== outputs[visitedPair(grid, visit)]);
  if (differsAt >= 0) {
    const first = outputs[visitedPair(grid, differsAt)];
    throw new UserError(
      `${place}: the output ${ports.output} for ${at(differsAt)} is ${first} the first time and ${outputs[differsAt]} (hexadecimal) after other operands, so the design has a memory (latch, flip-flop); a combinational multiplier is needed`,
    );
  }
  return BigInt64Array.from(outputs.slice(0, pairs), (output) => BigInt.asIntN(64, BigInt(`0x${output}`)));
}
