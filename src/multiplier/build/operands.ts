import { UserError } from '../../util/errors.js';

/** Which of the two declared operands is the activation. */
export interface OperandOrder {
  /** Whether the weight is declared first. */
  readonly swapped: boolean;
  /** What the user should know; one line each. */
  readonly notes: readonly string[];
}

/**
 * The activation is the operand called A, the weight the one called B, in whatever order they are declared (many
 * circuits of EvoApproxLib declare B first); `stated` names say otherwise. Without such names the order decides.
 * @param declared names in the order of declaration
 * @param stated names of activation and weight
 * @param place begins a message
 * @throws UserError where the stated names are not those declared
 */
export function orderOperands(
  declared: readonly [string, string],
  stated: readonly [string, string] | undefined,
  place: string,
): OperandOrder {
  const [first, second] = declared;
  const isOrder = (names: readonly [string, string]) => names[0] === first && names[1] === second;
  const isSwapped = (names: readonly [string, string]) => names[0] === second && names[1] === first;
  if (stated !== undefined) {
    if (isOrder(stated)) return { swapped: false, notes: [] };
    if (isSwapped(stated)) return { swapped: true, notes: [] };
    throw new UserError(
      `${place}: the operands are called ${first} and ${second}, --operands says ${stated.join(' and ')}`,
    );
  }
  const letters = `${first}${second}`.toLowerCase();
  if (first.length === 1 && letters === 'ab') return { swapped: false, notes: [] };
  if (first.length === 1 && letters === 'ba') return { swapped: true, notes: [] };
  return {
    swapped: false,
    notes: [
      `${place}: the operands ${first} and ${second} are not called A and B: ${first}, declared first, was taken as the activation; --operands ${second},${first} says otherwise`,
    ],
  };
}

/** Narrowest and widest operands of a table. */
const FEWEST_BITS = 2;
const MOST_BITS = 8;

/** @throws UserError where tables have no operands of so many bits */
export function checkOperandBits(bits: number, place: string, origin: string): void {
  if (Number.isInteger(bits) && bits >= FEWEST_BITS && bits <= MOST_BITS) return;
  throw new UserError(
    `${place}: operands of ${bits} bits (${origin}); tables have operands of ${FEWEST_BITS} to ${MOST_BITS} bits`,
  );
}
