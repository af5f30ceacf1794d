import { UserError } from '../../util/errors.js';
import { type ArrayDeclaration, arrayDeclarations, NAMED } from './c_declarations.js';
import { cElement, cNumber } from './c_numbers.js';
import { CScanner } from './c_scanner.js';
import { quoteToken } from './messages.js';
import type { NumberKind } from './numbers.js';
import { bitsOfCount, EXPECTED_COUNT, MOST_BITS, type TableFile } from './table_file.js';

const MOST_NUMBERS = 4 ** MOST_BITS;

/** Whether a text is C rather than a matrix: it has braces and begins with a word. */
export function isCArray(bytes: Uint8Array, file: string): boolean {
  if (!bytes.includes('{'.charCodeAt(0))) return false;
  return /^[A-Za-z_]/.test(new CScanner(decode(bytes), file).next() ?? '');
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/**
 * Reads the one array of a C header or source, `int16_t lut[256][256] = {{0, 1, …}, …};`: one or two dimensions,
 * decimal, hexadecimal, octal or binary integers, or floating-point numbers where the kind allows them. Integers wrap to
 * the declared type.
 * Throws a UserError, with the line where there is one, for everything else.
 */
export function readCArray<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  file: string,
  kind: NumberKind<Values>,
): { readonly table: TableFile<Values>; readonly storage: string | undefined } {
  const text = decode(bytes);
  const arrays = arrayDeclarations(new CScanner(text, file));
  const [array] = arrays;
  if (array === undefined) {
    throw new UserError(`${file}: holds no array, expected e.g. int16_t lut[256][256] = {{0, 1, …}, …};`);
  }
  if (arrays.length > 1) {
    const names = arrays.slice(0, NAMED).map(({ name }) => quoteToken(name));
    throw new UserError(
      `${file}: holds ${arrays.length > NAMED ? 'more arrays than one' : `${arrays.length} arrays`} (${names.join(', ')}${arrays.length > NAMED ? ', …' : ''}), expected one; leave the others out`,
    );
  }
  const element = cElement(array.type);
  const scanner = new CScanner(text, file, array.start);
  const { numbers, count, rows } = readNumbers(scanner, kind, element?.wrap);
  const bits = bitsOfCount(count);
  const name = quoteToken(array.name);
  if (bits === undefined)
    throw new UserError(`${file}: ${name} has ${count} numbers, expected ${EXPECTED_COUNT}`);
  const size = 2 ** bits;
  const odd = rows.findIndex((row) => row.count !== size);
  if (odd >= 0) {
    throw new UserError(
      `${scanner.place(rows[odd]!.end)}: row ${odd} of ${name} has ${rows[odd]!.count} numbers, expected ${size}`,
    );
  }
  checkDimensions(array, size, file);
  return { table: { format: 'c', bits, values: kind.array(numbers) }, storage: element?.name };
}

/** A table must be as large as it is declared: C fills up what is missing with zeros. */
function checkDimensions({ name, dimensions }: ArrayDeclaration, size: number, file: string): void {
  const expected = dimensions.length === 1 ? [size * size] : [size, size];
  const stated = dimensions.map((dimension) => cNumber(dimension, false));
  if (dimensions.length > 2 || stated.some((value, i) => value !== undefined && value !== expected[i])) {
    const declared = dimensions.map((dimension) => `[${dimension}]`).join('');
    throw new UserError(
      `${file}: ${quoteToken(`${name}${declared}`)} holds ${size * size} numbers, expected it to be declared with ${size} × ${size}`,
    );
  }
}

interface ArrayValues {
  /** At most as many as a table has. */
  readonly numbers: number[];
  readonly count: number;
  /** Numbers in each inner pair of braces, and where it ends; at most as many as a table has, and one. */
  readonly rows: readonly { readonly count: number; readonly end: number }[];
}

/** @param scanner behind the opening brace */
function readNumbers<Values extends Int32Array | Float32Array>(
  scanner: CScanner,
  kind: NumberKind<Values>,
  wrap: (value: number) => number = (value) => value,
): ArrayValues {
  const numbers: number[] = [];
  const rows: { count: number; end: number }[] = [];
  let count = 0;
  /** Numbers before the row that is open; undefined: none is. */
  let rowStart: number | undefined;
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    if (token === ',') continue;
    if (token === '{') {
      if (rowStart !== undefined)
        throw new UserError(`${scanner.place()}: a third dimension, expected one or two`);
      if (count > 0 && rows.length === 0)
        throw new UserError(`${scanner.place()}: a row behind single numbers, expected }`);
      rowStart = count;
    } else if (token === '}') {
      if (rowStart === undefined) return { numbers, count, rows };
      if (rows.length <= 2 ** MOST_BITS) rows.push({ count: count - rowStart, end: scanner.at });
      rowStart = undefined;
    } else {
      const value = cNumber(token, kind.reals);
      if (value === undefined) {
        throw new UserError(`${scanner.place()}: expected ${kind.expected}, got ${quoteToken(token)}`);
      }
      const wrapped = wrap(value);
      const objection = kind.objection(wrapped);
      if (objection !== undefined)
        throw new UserError(`${scanner.place()}: ${quoteToken(token)} ${objection}`);
      if (rowStart === undefined && rows.length > 0) {
        throw new UserError(`${scanner.place()}: a number between rows, expected {`);
      }
      if (count++ < MOST_NUMBERS) numbers.push(wrapped);
    }
  }
  throw new UserError(`${scanner.place()}: the array does not end, a } is missing`);
}
