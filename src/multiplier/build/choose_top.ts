import { basename, extname } from 'node:path';
import { UserError } from '../../util/errors.js';
import { didYouMean } from '../../util/suggest.js';

/** A function or module that may be the multiplier. */
export interface Definition {
  readonly name: string;
  /** Whether it can be chosen where it is called like a file. */
  readonly eligible: boolean;
  /** Whether it can be chosen where it is the only such one; implies `eligible`. */
  readonly sole: boolean;
}

export interface Wording {
  /** 'function' or 'module' */
  readonly kind: string;
  /** What a definition with `sole` is: 'function with two integer parameters'. */
  readonly wanted: string;
  /** Begins a message. */
  readonly place: string;
}

const LISTED = 8;

function list(names: readonly string[]): string {
  const shown = [...new Set(names)];
  const rest = shown.length - LISTED;
  return shown.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/**
 * The multiplier among what the sources define: the one called `top`; else the one called like a file, in the order
 * of the files; else the only one with `sole`.
 * @throws UserError that lists the candidates where none or several remain
 */
export function chooseTop<T extends Definition>(
  definitions: readonly T[],
  top: string | undefined,
  paths: readonly string[],
  { kind, wanted, place }: Wording,
): T {
  const names = definitions.map(({ name }) => name);
  if (top !== undefined) {
    const chosen = definitions.find(({ name }) => name === top);
    if (chosen !== undefined) return chosen;
    const found = names.length === 0 ? `no ${kind} at all` : list(names);
    throw new UserError(
      `${place}: defines no ${kind} ${JSON.stringify(top)}${didYouMean(top, names)}; found ${found}`,
    );
  }
  for (const path of paths) {
    const stem = basename(path, extname(path));
    const namesake = definitions.find(({ name, eligible }) => eligible && name === stem);
    if (namesake !== undefined) return namesake;
  }
  const [only, another] = definitions.filter(({ sole }) => sole);
  if (only === undefined) {
    const found = names.length === 0 ? `no ${kind} at all` : list(names);
    throw new UserError(`${place}: defines no ${wanted}; found ${found}`);
  }
  if (another !== undefined) {
    const candidates = definitions.filter(({ sole }) => sole).map(({ name }) => name);
    throw new UserError(`${place}: which ${kind} is the multiplier: ${list(candidates)}? name it with --top`);
  }
  return only;
}
