import type { CScanner } from './c_scanner.js';

const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** Declarations are shorter; of anything else, the last tokens will do. */
const LONGEST_DECLARATION = 64;
/** Arrays that an error names. */
export const NAMED = 4;

/** An array that is declared with its values. */
export interface ArrayDeclaration {
  /** Words before the name. */
  readonly type: readonly string[];
  readonly name: string;
  /** What stands between brackets: '256', or any other expression. */
  readonly dimensions: readonly string[];
  /** Position behind the opening brace of its values. */
  readonly start: number;
}

/** The arrays with values in braces, up to one more than an error names. Throws a UserError as the scanner does. */
export function arrayDeclarations(scanner: CScanner): ArrayDeclaration[] {
  const found: ArrayDeclaration[] = [];
  let pending: string[] = [];
  for (let token = scanner.next(); token !== undefined && found.length <= NAMED; token = scanner.next()) {
    if (token === '{' && pending.at(-1) === '=') {
      const declared = declarationOf(pending.slice(0, -1));
      if (declared !== undefined) found.push({ ...declared, start: scanner.at });
    }
    if (token === ';' || token === '{' || token === '}') pending = [];
    else if (pending.push(token) > 2 * LONGEST_DECLARATION) pending = pending.slice(-LONGEST_DECLARATION);
  }
  return found;
}

/** What the tokens before a `=` declare, if that is an array. */
function declarationOf(tokens: readonly string[]): Omit<ArrayDeclaration, 'start'> | undefined {
  const dimensions: string[] = [];
  let end = tokens.length;
  while (tokens[end - 1] === ']') {
    const open = tokens.lastIndexOf('[', end - 1);
    if (open < 0) return undefined;
    dimensions.unshift(tokens.slice(open + 1, end - 1).join(' '));
    end = open;
  }
  // The star of a pointer may hang on its name.
  const name = tokens[end - 1]?.replace(/^\*+/, '');
  const type = tokens.slice(0, end - 1).flatMap((word) => word.split(/[*:]/));
  const words = type.filter((word) => IDENTIFIER.test(word));
  if (dimensions.length === 0 || name === undefined || !IDENTIFIER.test(name) || words.length === 0) {
    return undefined;
  }
  return { type: words, name, dimensions };
}
