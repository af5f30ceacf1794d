import { z } from 'zod';

/*
 * Values of a suite file, each with the one error text `expected …`. Unlike the fields of flags they take no text for
 * numbers, and turn into a JSON Schema that editors complete.
 */

export const text = (what: string) => {
  const error = `expected ${what}`;
  return z.string({ error }).min(1, { error }).describe(what);
};

export const whole = (least: number, most: number, what: string) => {
  const error = `expected a whole number from ${least}${most < 2 ** 31 - 1 ? ` to ${most}` : ''}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error }).describe(what);
};

export const real = (least: number, most: number, what: string) => {
  const error = `expected a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error }).describe(what);
};

export const flag = (what: string) => z.boolean({ error: 'expected true or false' }).describe(what);

export const choice = <const T extends readonly [string, ...string[]]>(choices: T, what: string) =>
  z
    .enum(choices, { error: `expected ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}` })
    .describe(what);
