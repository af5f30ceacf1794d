import { UserError } from '../../util/errors.js';
import { TABLE_SIZE } from './table_file.js';

/** Most numbers that a well-formed file has: 256 × 256 entries, a header row and an index column. */
const MAX_NUMBERS = (TABLE_SIZE + 1) * (TABLE_SIZE + 1);
/** Lines whose counts are kept: one more than a well-formed table with one row per line has. */
const MAX_LINES = TABLE_SIZE + 2;

/** The numbers of a text, and on which lines they stood. */
export interface ScannedText {
  /** The first `min(count, 257·257)` numbers. */
  readonly numbers: Int32Array;
  /** How many numbers the text has, also beyond those kept. */
  readonly count: number;
  /** How many lines hold numbers. */
  readonly lines: number;
  /** For each of the first 258 of those lines: how many numbers it holds, and its number in the file (from 1). */
  readonly lineCounts: Int32Array;
  readonly lineNumbers: Int32Array;
  /** Whether the first of those lines starts with a corner label such as `A\B`. */
  readonly corner: boolean;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
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

/** A token of untrusted bytes, fit for a one-line message. */
function quote(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, 24)).toString('latin1');
  const escaped = shown.replace(
    /[^\x20-\x7e]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `'${escaped}${bytes.length > 24 ? '…' : ''}'`;
}

/**
 * Scans a text of decimal integers that are separated by white space, commas, semicolons or bars. `#` starts a
 * comment; lines that only draw a rule are skipped; the first line with content may start with a corner label
 * (a word with a slash or a backslash in it). One pass over the bytes, memory bounded whatever the input.
 * Throws a UserError that names file, line and token for anything that is not an int32.
 */
export function scanText(bytes: Uint8Array, file: string): ScannedText {
  const numbers = new Int32Array(MAX_NUMBERS);
  const lineCounts = new Int32Array(MAX_LINES);
  const lineNumbers = new Int32Array(MAX_LINES);
  let count = 0;
  let lines = 0;
  let corner = false;
  let line = 1;
  let inLine = 0;
  const closeLine = () => {
    if (inLine > 0 && lines++ < MAX_LINES) {
      lineCounts[lines - 1] = inLine;
      lineNumbers[lines - 1] = line;
    }
    inLine = 0;
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
      i++;
    } else if (byte === HASH) {
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
      if (i === firstDigit || i !== end) {
        const token = bytes.subarray(start, end);
        if (count === 0 && !corner && (token.includes(BACKSLASH) || token.includes(SLASH))) {
          corner = true;
        } else if (inLine === 0 && isRule(bytes, start, endOfLine(bytes, start))) {
          i = endOfLine(bytes, start);
          continue;
        } else if (token.some((c) => c < SPACE || c === 127)) {
          throw new UserError(
            `${file}:${line}: expected a text of integers, got binary data (byte ${quote(token)}); a LUT is a text of 256 × 256 integers`,
          );
        } else {
          throw new UserError(`${file}:${line}: expected an integer, got ${quote(token)}`);
        }
        i = end;
        continue;
      }
      if (negative) value = -value;
      if (value < -0x80000000 || value > 0x7fffffff) {
        throw new UserError(
          `${file}:${line}: ${quote(bytes.subarray(start, end))} is no 32-bit integer; products must lie in -2147483648…2147483647`,
        );
      }
      if (count < MAX_NUMBERS) numbers[count] = value;
      count++;
      inLine++;
    }
  }
  closeLine();
  return { numbers, count, lines, lineCounts, lineNumbers, corner };
}
