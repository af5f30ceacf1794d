import { UserError } from '../../util/errors.js';
import { didYouMean } from '../../util/suggest.js';
import { tabulate } from '../create.js';
import type { Multiplier } from '../multiplier.js';
import { operandPair } from '../operand_pair.js';
import { findFamily } from './families.js';
import { type Family, type OperandTypes, type Parameter, UNSIGNED } from './family.js';
import { signMagnitude } from './sign_magnitude.js';

/** What a multiplier is generated for. */
export interface GenerateOptions extends OperandTypes {
  /** Operand width, 2..8. */
  readonly bits: number;
  /** Multiply magnitudes and restore the sign, instead of the family's own definition for signed operands. */
  readonly signMagnitude: boolean;
  /** By the names of the family's parameters; those with a default may be absent. */
  readonly parameters: Readonly<Record<string, number | undefined>>;
}

/**
 * The multiplier of a family with the given parameters, as a table. Its name holds family, parameters and operands,
 * e.g. `drum_k4_int8`; operands of fewer than 8 bits are named too, and so is sign-magnitude where the family has a
 * definition of its own for signed operands.
 * @throws UserError for an unknown family, for parameters that it does not have, that are missing or out of their
 *   range, and for operands that it is not defined on.
 */
export function generateMultiplier(familyName: string, options: GenerateOptions): Multiplier {
  const family = findFamily(familyName);
  const { activation, weight, bits } = options;
  if (!Number.isInteger(bits) || bits < 2 || bits > 8) {
    throw new UserError(`--bits: expected a whole number from 2 to 8, got ${bits}`);
  }
  checkOperands(family, options);
  const parameters = completeParameters(family, options);
  const types = options.signMagnitude ? UNSIGNED : { activation, weight };
  const product = family.product(parameters, bits, types);
  return tabulate(
    multiplierName(family, parameters, options),
    activation,
    weight,
    bits,
    options.signMagnitude ? signMagnitude(product) : product,
  );
}

function checkOperands(family: Family, { activation, weight, signMagnitude }: GenerateOptions): void {
  const signed = activation === 'int8' || weight === 'int8';
  if (signMagnitude && !signed) {
    throw new UserError(
      '--sign-magnitude: does nothing for unsigned operands; remove it, or name signed ones with --types',
    );
  }
  if (!signMagnitude && signed && family.operands === 'unsigned') {
    throw new UserError(
      `${family.name} is defined for unsigned operands only, got ${operandPair(activation, weight)}; use --types uint8, or --sign-magnitude to multiply magnitudes`,
    );
  }
}

function completeParameters(family: Family, { parameters, bits }: GenerateOptions): Record<string, number> {
  const names = family.parameters.map(({ name }) => name);
  for (const name of Object.keys(parameters)) {
    if (names.includes(name)) continue;
    const known = names.length > 0 ? names.map((flag) => `--${flag}`).join(', ') : 'none';
    throw new UserError(
      `--${name}: ${family.name} has no such parameter${didYouMean(name, names)} (it has ${known})`,
    );
  }
  return Object.fromEntries(
    family.parameters.map((parameter) => [
      parameter.name,
      checkedParameter(family, parameter, parameters[parameter.name], bits),
    ]),
  );
}

function checkedParameter(
  family: Family,
  { name, about, kind, least, most, default: fallback }: Parameter,
  given: number | undefined,
  bits: number,
): number {
  const value = given ?? fallback;
  const expected = `expected a ${kind === 'integer' ? 'whole ' : ''}number from ${least} to ${most(bits)}`;
  if (value === undefined) {
    throw new UserError(`${family.name}: --${name} is missing (${about}); ${expected}`);
  }
  // A comparison with NaN is false.
  const within = value >= least && value <= most(bits);
  if (!within || (kind === 'integer' && !Number.isInteger(value))) {
    throw new UserError(`--${name}: ${expected} for ${family.name} of ${bits} bits, got ${value}`);
  }
  return value;
}

function multiplierName(
  family: Family,
  parameters: Readonly<Record<string, number>>,
  { activation, weight, bits, signMagnitude }: GenerateOptions,
): string {
  const words = [
    family.name.replaceAll('-', '_'),
    ...family.parameters.map(({ name, symbol }) => `${symbol}${parameters[name]}`),
    operandPair(activation, weight),
  ];
  if (bits < 8) words.push(`${bits}bit`);
  if (signMagnitude && family.operands === 'any') words.push('sign_magnitude');
  return words.join('_');
}
