import { UserError } from '../../util/errors.js';
import { quoteToken } from './messages.js';
import type { NumberKind } from './numbers.js';
import { MOST_BITS } from './table_file.js';

/** Most numbers that a well-formed file has: a triple for each of 256 × 256 pairs. */
const MAX_NUMBERS = 3 * 4 ** MOST_BITS;
/** Lines whose counts are kept: more than a well-formed file has. */
const MAX_LINES = 4 ** MOST_BITS + 2;

/** The numbers of a text, and on which lines they stood. */
export interface ScannedText {
  /** The first `min(count, 3·65536)` numbers. */
  readonly numbers: Float64Array;
  /** How many numbers the text has, also beyond those kept. */
  readonly count: number;
  /** How many lines hold numbers. */
  readonly lines: number;
  /** For each of the first 65538 of those lines: how many numbers it holds, and its number in the file (from 1). */
  readonly lineCounts: Int32Array;
  readonly lineNumbers: Int32Array;
  /** Whether the first of those lines starts with a corner label such as `A\B`. */
  readonly corner: boolean;
  /** Number of the line of words, such as `a,b,product`, that came before any number; undefined: there was none. */
  readonly wordsLine: number | undefined;
  /** Whether commas or semicolons stood between numbers. */
  readonly commas: boolean;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
const PERCENT = 37;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;
const BAR = 124;
const REAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Numbers of so many digits are added up without rounding. */
const EXACT_DIGITS = 15;
/** Longer tokens are no numbers that anybody writes. */
const LONGEST_REAL = 64;

function isSeparator(byte: number): boolean {
  return (
    byte === SPACE || byte === TAB || byte === COMMA || byte === SEMICOLON || byte === BAR || byte === CR
  );
}

function endOfToken(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== HASH && !isSeparator(bytes[end]!)) end++;
  return end;
}

function startsComment(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  return byte === HASH || byte === PERCENT || (byte === SLASH && bytes[at + 1] === SLASH);
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(LF, start);
  return end < 0 ? bytes.length : end;
}

/** Whether the rest of the line draws a rule (`---`, `---|---`, `+----+`, `:---:`). */
function isRule(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte !== MINUS && byte !== PLUS && byte !== COLON && byte !== EQUALS && !isSeparator(byte))
      return false;
  }
  return true;
}

/** Whether a line is made of names, as the header of a list has them: `a,b,product`. */
function isWords(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 200) return false;
  const words = Buffer.from(bytes.subarray(start, end))
    .toString('latin1')
    .split(/[\s,;|]+/);
  return words.every((word) => word === '' || /^"?[A-Za-z_][\w()*]*"?$/.test(word));
}

/** The number that a token of a real-valued table stands for, or undefined. */
function realOf(token: Uint8Array): number | undefined {
  if (token.length > LONGEST_REAL) return undefined;
  const text = Buffer.from(token).toString('latin1');
  return REAL.test(text) ? Number(text) : undefined;
}

function quote(bytes: Uint8Array): string {
  return quoteToken(Buffer.from(bytes.subarray(0, 32)).toString('latin1'));
}

/**
 * Scans a text of decimal numbers that are separated by white space, commas, semicolons or bars. `#`, `%` and `//`
 * start a comment; lines that only draw a rule are skipped; the first line with content may be a line of words, or
 * start with a corner label (a word with a slash or a backslash in it). One pass over the bytes, memory bounded
 * whatever the input. Throws a UserError that names file, line and token for anything that is no number of the kind.
 */
export function scanText(
  bytes: Uint8Array,
  file: string,
  kind: Pick<NumberKind<Int32Array | Float32Array>, 'expected' | 'reals' | 'objection'>,
): ScannedText {
  const numbers = new Float64Array(MAX_NUMBERS);
  const lineCounts = new Int32Array(MAX_LINES);
  const lineNumbers = new Int32Array(MAX_LINES);
  let count = 0;
  let lines = 0;
  let corner = false;
  let wordsLine: number | undefined;
  let commas = false;
  let line = 1;
  let inLine = 0;
  const closeLine = () => {
    if (inLine > 0 && lines++ < MAX_LINES) {
      lineCounts[lines - 1] = inLine;
      lineNumbers[lines - 1] = line;
    }
    inLine = 0;
  };
  const push = (value: number, start: number, end: number) => {
    const objection = kind.objection(value);
    if (objection !== undefined) {
      throw new UserError(`${file}:${line}: ${quote(bytes.subarray(start, end))} ${objection}`);
    }
    if (count < MAX_NUMBERS) numbers[count] = value;
    count++;
    inLine++;
  };

  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let i = hasByteOrderMark ? 3 : 0;
  while (i < bytes.length) {
    const byte = bytes[i]!;
    if (byte === LF) {
      closeLine();
      line++;
      i++;
    } else if (isSeparator(byte)) {
      if (byte === COMMA || byte === SEMICOLON) commas = true;
      i++;
    } else if (startsComment(bytes, i)) {
      i = endOfLine(bytes, i);
    } else {
      const start = i;
      const negative = byte === MINUS;
      if (negative || byte === PLUS) i++;
      const firstDigit = i;
      let value = 0;
      while (i < bytes.length && bytes[i]! >= ZERO && bytes[i]! < ZERO + 10) {
        value = value * 10 + bytes[i]! - ZERO;
        i++;
      }
      const end = endOfToken(bytes, i);
      if (i !== firstDigit && i === end) {
        if (kind.reals && end - firstDigit > EXACT_DIGITS)
          value = realOf(bytes.subarray(firstDigit, end)) ?? value;
        push(negative ? -value : value, start, end);
        continue;
      }
      const token = bytes.subarray(start, end);
      const real = kind.reals ? realOf(token) : undefined;
      if (real !== undefined) {
        push(real, start, end);
        i = end;
        continue;
      }
      // Not before: a line may hold any number of reals.
      const lineEnd = endOfLine(bytes, start);
      if (count === 0 && !corner && (token.includes(BACKSLASH) || token.includes(SLASH))) {
        corner = true;
        i = end;
      } else if (inLine === 0 && isRule(bytes, start, lineEnd)) {
        i = lineEnd;
      } else if (count === 0 && !corner && wordsLine === undefined && isWords(bytes, start, lineEnd)) {
        wordsLine = line;
        i = lineEnd;
      } else if (token.some((c) => c < SPACE || c === 127)) {
        throw new UserError(
          `${file}:${line}: expected ${kind.expected}, got binary data (byte ${quote(token)}); no format of tables looks like this`,
        );
      } else {
        throw new UserError(`${file}:${line}: expected ${kind.expected}, got ${quote(token)}`);
      }
    }
  }
  closeLine();
  return { numbers, count, lines, lineCounts, lineNumbers, corner, wordsLine, commas };
}
