import { closing, cTokens, splitAtCommas } from './tokens.js';

export interface CParameter {
  /** Its type as written, e.g. `const uint8_t`. */
  readonly type: string;
  readonly name: string;
}

/** A function that a C source defines. */
export interface CFunction {
  readonly name: string;
  /** What stands between the parentheses, for messages. */
  readonly declaration: string;
  /**
   * The parameters where there are two that may be integers, and so may the result: no pointers, arrays, floats, …;
   * what a typedef stands for only the compiler knows.
   */
  readonly operands: readonly [CParameter, CParameter] | undefined;
}

/** Specifiers that say nothing about a type, and those that a typedef may not have. */
const IGNORED = new Set([
  'static',
  'inline',
  '__inline',
  '__inline__',
  'extern',
  '_Noreturn',
  '__extension__',
  'register',
  'auto',
]);
const TYPE_WORDS = new Set([
  'char',
  'short',
  'int',
  'long',
  'signed',
  'unsigned',
  '__signed__',
  'const',
  'volatile',
]);
const NOT_INTEGER = new Set([
  '*',
  '(',
  '[',
  '{',
  '...',
  'void',
  'float',
  'double',
  '_Complex',
  '_Bool',
  'struct',
  'union',
]);
const WITH_ARGUMENTS = new Set([
  '__attribute__',
  '__attribute',
  '__asm__',
  '__asm',
  'asm',
  '_Alignas',
  '__declspec',
]);
const NAME = /^[A-Za-z_$\u0080-\uffff]/;

/** The functions that preprocessed C defines, those in system headers left out. */
export function findFunctions(preprocessed: string): CFunction[] {
  const tokens = cTokens(preprocessed);
  const functions: CFunction[] = [];
  let declaration: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === '{') {
      const head = withoutAttributes(declaration);
      i = closing(tokens, i);
      const definition = readDefinition(head);
      if (definition !== undefined) functions.push(definition);
      // Behind the braces of a struct or of an initial value the declaration goes on.
      if (head.at(-1) === ')') declaration = [];
    } else if (token === ';') {
      declaration = [];
    } else {
      declaration.push(token);
    }
  }
  return functions;
}

/** Takes out attributes of either spelling and specifiers that do not belong to a type. */
function withoutAttributes(tokens: readonly string[]): string[] {
  const left: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (WITH_ARGUMENTS.has(token) && tokens[i + 1] === '(') i = closing(tokens, i + 1);
    else if (token === '[' && tokens[i + 1] === '[') i = closing(tokens, i);
    else if (!IGNORED.has(token)) left.push(token);
  }
  return left;
}

/** Reads `type name(parameters)`; undefined where the tokens before a brace are something else. */
function readDefinition(tokens: readonly string[]): CFunction | undefined {
  const open = tokens.indexOf('(');
  const name = tokens[open - 1];
  if (name === undefined || !NAME.test(name) || tokens.includes('=')) return undefined;
  if (closing(tokens, open) !== tokens.length - 1) return undefined;
  const inner = tokens.slice(open + 1, -1);
  const [first, second, ...more] = splitAtCommas(inner).map(readParameter);
  const result = tokens.slice(0, open - 1);
  const integers = more.length === 0 && result.length > 0 && isInteger(result);
  return {
    name,
    declaration: inner.join(' ').replaceAll(' ,', ','),
    operands: integers && first && second ? [first, second] : undefined,
  };
}

function readParameter(tokens: readonly string[]): CParameter | undefined {
  const name = tokens.at(-1);
  if (name === undefined || !NAME.test(name) || TYPE_WORDS.has(name)) return undefined;
  const type = tokens.slice(0, -1);
  return type.length > 0 && isInteger(type) ? { type: type.join(' '), name } : undefined;
}

function isInteger(type: readonly string[]): boolean {
  return !type.some((token) => NOT_INTEGER.has(token));
}
