import { UserError } from './errors.js';
import { nearestNames } from './suggest.js';

/** Whether a glob fits the whole name: `*` stands for any characters, `?` for one. */
export function matchesGlob(pattern: string, name: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(name);
}

/**
 * @param what the names are names of, for the message: 'Conv, Gemm and MatMul nodes'
 * @throws UserError with the nearest names where a flag's glob over the nodes of a model matches none
 */
export function expectMatch(flag: string, pattern: string, names: readonly string[], what: string): void {
  if (names.some((name) => matchesGlob(pattern, name))) return;
  const close = nearestNames(pattern.replace(/[*?]/g, ''), names);
  const hint = close.length > 0 ? close : names.slice(0, 3);
  throw new UserError(
    `${flag} '${pattern}' matches none of the ${names.length} ${what}; nearest: ${hint.join(', ')} (approxtorch inspect lists all)`,
  );
}
