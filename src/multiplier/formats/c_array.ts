import { UserError } from '../../util/errors.js';
import { cElement, cNumber } from './c_numbers.js';
import { quoteToken } from './messages.js';
import type { NumberKind } from './numbers.js';
import { bitsOfCount, EXPECTED_COUNT, type TableFile } from './table_file.js';

const OPEN = '{';
const CLOSE = '}';
/** A declaration reaches back this far from its `=`. */
const LONGEST_DECLARATION = 300;
const DECLARATION = /((?:[A-Za-z_]\w*[\s*]+)+)([A-Za-z_]\w*)\s*((?:\[[^[\]]*\]\s*){1,2})$/;
const NEXT = /[{}]|[^\s,{}]+/y;
const BLANKS = /[\s,]*/y;

interface ArrayDeclaration {
  readonly type: string;
  readonly name: string;
  /** Position of the opening brace. */
  readonly start: number;
}

/** Comments and lines of the preprocessor as blanks; line breaks stay, so that lines can be counted. */
function blankComments(text: string, file: string): string {
  const parts: string[] = [];
  let kept = 0;
  const blank = (from: number, to: number) => {
    parts.push(text.slice(kept, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    kept = to;
  };
  const lineEnd = (at: number) => (text.indexOf('\n', at) + text.length + 1) % (text.length + 1);
  for (let i = 0; i < text.length; i++) {
    const pair = text.slice(i, i + 2);
    if (pair === '/*') {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) throw new UserError(`${file}:${lineOf(text, i)}: the comment does not end`);
      blank(i, end + 2);
      i = end + 1;
    } else if (
      pair === '//' ||
      (text[i] === '#' && text.slice(text.lastIndexOf('\n', i) + 1, i).trim() === '')
    ) {
      const end = lineEnd(i);
      blank(i, end);
      i = end - 1;
    }
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function declarations(code: string): ArrayDeclaration[] {
  const found: ArrayDeclaration[] = [];
  for (const match of code.matchAll(/=\s{0,100}\{/g)) {
    const before = code.slice(Math.max(0, match.index - LONGEST_DECLARATION), match.index);
    const declared = DECLARATION.exec(before.trimEnd());
    if (declared === null) continue;
    found.push({ type: declared[1]!, name: declared[2]!, start: match.index + match[0].length - 1 });
  }
  return found;
}

/** Whether a text looks like C with an array in it. */
export function isCArray(bytes: Uint8Array): boolean {
  return bytes.includes(OPEN.charCodeAt(0));
}

/**
 * Reads the one array of a C header or source, `int16_t lut[256][256] = {{0, 1, …}, …};`: one or two dimensions,
 * decimal, hexadecimal or octal integers, or floating-point numbers where the kind allows them. Integers wrap to the
 * declared type.
 * Throws a UserError, with the line where there is one, for everything else.
 */
export function readCArray<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  file: string,
  kind: NumberKind<Values>,
): { readonly table: TableFile<Values>; readonly storage: string | undefined } {
  const code = blankComments(Buffer.from(bytes).toString('latin1'), file);
  const arrays = declarations(code);
  const [array] = arrays;
  if (array === undefined) {
    throw new UserError(`${file}: holds no array, expected e.g. int16_t lut[256][256] = {{0, 1, …}, …};`);
  }
  if (arrays.length > 1) {
    const names = arrays.slice(0, 4).map(({ name }) => name);
    throw new UserError(
      `${file}: holds ${arrays.length} arrays (${names.join(', ')}${arrays.length > 4 ? ', …' : ''}), expected one; leave the others out`,
    );
  }
  const element = cElement(array.type);
  const { numbers, rows } = readNumbers(code, array.start, file, kind, element?.wrap);
  const bits = bitsOfCount(numbers.length);
  if (bits === undefined) {
    throw new UserError(`${file}: ${array.name} has ${numbers.length} numbers, expected ${EXPECTED_COUNT}`);
  }
  const size = 2 ** bits;
  const odd = rows.findIndex((count) => count !== size);
  if (odd >= 0) {
    throw new UserError(`${file}: row ${odd} of ${array.name} has ${rows[odd]} numbers, expected ${size}`);
  }
  return { table: { format: 'c', bits, values: kind.array(numbers) }, storage: element?.name };
}

function readNumbers<Values extends Int32Array | Float32Array>(
  code: string,
  start: number,
  file: string,
  kind: NumberKind<Values>,
  wrap: (value: number) => number = (value) => value,
): { numbers: number[]; rows: number[] } {
  const numbers: number[] = [];
  /** Numbers in each inner pair of braces. */
  const rows: number[] = [];
  let depth = 0;
  let rowStart = 0;
  for (let at = start; ; ) {
    BLANKS.lastIndex = at;
    BLANKS.test(code);
    NEXT.lastIndex = BLANKS.lastIndex;
    const token = NEXT.exec(code)?.[0];
    const here = () => `${file}:${lineOf(code, NEXT.lastIndex)}`;
    if (token === undefined) throw new UserError(`${file}: the array does not end, a } is missing`);
    at = NEXT.lastIndex;
    if (token === OPEN) {
      if (++depth > 2) throw new UserError(`${here()}: a third dimension, expected one or two`);
      rowStart = numbers.length;
    } else if (token === CLOSE) {
      if (depth === 2) rows.push(numbers.length - rowStart);
      if (--depth === 0) return { numbers, rows };
    } else {
      const value = cNumber(token, kind.reals);
      if (value === undefined)
        throw new UserError(`${here()}: expected ${kind.expected}, got ${quoteToken(token)}`);
      const wrapped = wrap(value);
      const objection = kind.objection(wrapped);
      if (objection !== undefined) throw new UserError(`${here()}: ${quoteToken(token)} ${objection}`);
      if (depth === 1 && rows.length > 0) {
        throw new UserError(`${here()}: a number between rows, expected {`);
      }
      numbers.push(wrapped);
    }
  }
}
