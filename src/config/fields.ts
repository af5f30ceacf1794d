import { z } from 'zod';

/**
 * A schema whose values are read by `parse` (undefined: not valid), with the one error text `expected …`.
 * Flags and environment variables give text, configuration files may give numbers, booleans and lists; each
 * `parse` takes both.
 */
export function field<T>(expectation: string, parse: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `expected ${expectation}` });
    return z.NEVER;
  });
}

export const text = (expectation: string) =>
  field(expectation, (value) => (typeof value === 'string' && value !== '' ? value : undefined));

export const flag = () => field('true or false', (value) => (typeof value === 'boolean' ? value : undefined));

export const integer = (least: number, most: number) =>
  field(`a whole number from ${least} to ${most}`, (value) => {
    const parsed = toNumber(value);
    return Number.isSafeInteger(parsed) && parsed! >= least && parsed! <= most ? parsed : undefined;
  });

export const positive = () =>
  field('a number above 0', (value) => {
    const parsed = toNumber(value);
    return parsed !== undefined && Math.fround(parsed) > 0 && Number.isFinite(Math.fround(parsed))
      ? parsed
      : undefined;
  });

export const number = (expectation: string, accept: (value: number) => boolean) =>
  field(expectation, (value) => {
    const parsed = toNumber(value);
    return parsed !== undefined && accept(parsed) ? parsed : undefined;
  });

export const choice = <const T extends string>(...choices: readonly T[]) =>
  field(`${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`, (value) =>
    choices.find((candidate) => candidate === value),
  );

/** Numbers separated by commas, or a list of them (or one number), each a finite float32. */
export const numbers = (expectation: string, accept: (value: number) => boolean = () => true) =>
  field(expectation, (value) => {
    const parts = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
    const parsed = parts.map(toNumber);
    const valid = (item: number | undefined): item is number =>
      item !== undefined && Number.isFinite(Math.fround(item)) && accept(item);
    return parsed.length > 0 && parsed.every(valid) ? parsed : undefined;
  });

const longestSide = 65_536;

/** `256` (the short side) or `224x224` (height x width); in files also a list of two. */
export const imageSize = (expectation: string) =>
  field(expectation, (value): number | [number, number] | undefined => {
    const parts = typeof value === 'string' ? value.split('x') : Array.isArray(value) ? value : [value];
    const sides = parts.map(toNumber).map((side) => side ?? Number.NaN);
    if (!sides.every((side) => Number.isInteger(side) && side >= 1 && side <= longestSide)) return undefined;
    if (sides.length === 1) return sides[0];
    return sides.length === 2 ? [sides[0]!, sides[1]!] : undefined;
  });

/** A decimal number, or its text; no blanks, hexadecimal or "Infinity". */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value))
    return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}
