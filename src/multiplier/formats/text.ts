import { UserError } from '../../util/errors.js';
import { labelValues } from './labels.js';
import type { NumberKind } from './numbers.js';
import { bitsOfCount, EXPECTED_COUNT, LEAST_BITS, MOST_BITS, type TableFile } from './table_file.js';
import { type ScannedText, scanText } from './text_scanner.js';
import { brokenTripleError, isTriples, tableOfTriples } from './triples.js';

/** How the numbers of a text make a table of `size` rows. */
interface Layout {
  readonly bits: number;
  readonly header: boolean;
  readonly index: boolean;
}

/** Whether each of the lines holds as many numbers as stated: the first line, and every other one. */
function hasLines(text: ScannedText, lines: number, first: number, others: number): boolean {
  if (text.lines !== lines || text.lineCounts[0] !== first) return false;
  return text.lineCounts.subarray(1, lines).every((count) => count === others);
}

/**
 * A table without labels may be broken into lines at will if it is 256 × 256. Smaller ones stand one row to a line,
 * or all on one line, or one number to a line: a part of a larger table must not pass for a smaller one.
 */
function isPlain(text: ScannedText, size: number): boolean {
  if (text.lines === size) return hasLines(text, size, size, size);
  return size === 2 ** MOST_BITS || text.lines === 1 || text.lines === text.count;
}

function layoutOf(text: ScannedText): Layout | undefined {
  for (let bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
    const size = 2 ** bits;
    if (text.count === size * size && !text.corner && isPlain(text, size)) {
      return { bits, header: false, index: false };
    }
    if (hasLines(text, size + 1, size, size)) return { bits, header: true, index: false };
    if (!text.corner && hasLines(text, size, size + 1, size + 1)) return { bits, header: false, index: true };
    if (hasLines(text, size + 1, size, size + 1)) return { bits, header: true, index: true };
  }
  return undefined;
}

/** The error for a text whose numbers make no table: what was counted, and the line that is off. */
function shapeError(text: ScannedText, file: string): UserError {
  if (text.count === 0) {
    return new UserError(`${file}: the file holds no numbers, expected 256 × 256 integers`);
  }
  const bits = nearestBits(text);
  const size = 2 ** bits;
  const near = Math.abs(text.lines - size) <= 2 || Math.abs(text.count - size * size) <= size;
  let message = `${file}: ${text.count} numbers, expected ${near ? `${size * size} (${size} × ${size})` : EXPECTED_COUNT}`;
  if (text.corner) message += ` below a header row of ${size} operands`;
  // One row per line, more or less: then the line that is off can be named.
  if (Math.abs(text.lines - size) <= 2) {
    const counts = text.lineCounts.subarray(1, Math.min(text.lines, text.lineCounts.length));
    const indexed = counts.filter((count) => count === size + 1).length > size / 2;
    const expected = size + (indexed ? 1 : 0);
    const isHeader = text.corner || (indexed && text.lineCounts[0] === size);
    const odd = text.lineCounts.findIndex(
      (count, i) => i < text.lines && count !== (isHeader && i === 0 ? size : expected),
    );
    if (odd >= 0) {
      message += `; line ${text.lineNumbers[odd]} holds ${text.lineCounts[odd]} of ${isHeader && odd === 0 ? size : expected}`;
    } else {
      message += `; ${text.lines} lines of numbers, expected ${size + (isHeader ? 1 : 0)}`;
    }
  } else if (bitsOfCount(text.count) !== undefined) {
    message += ` with a row to a line, got ${text.lines} lines`;
  }
  return new UserError(message);
}

/** The operand width whose table is nearest in numbers. */
function nearestBits({ count }: ScannedText): number {
  const exact = Math.round(Math.log2(Math.max(1, count)) / 2);
  return Math.min(MOST_BITS, Math.max(LEAST_BITS, exact));
}

/**
 * Reads the text formats: 2^b × 2^b numbers (b = 2 … 8), row-major, separated by white space, commas, semicolons or
 * bars, also with a header row and an index column of operand values, drawn as
 *
 *     A\B | -128 -127 … 127
 *     ---------------------
 *     -128| 16384 16256 …
 *
 * or a list with a line `a w value` for each pair of operands, in any order. `#`, `%` and `//` start a comment.
 * Throws a UserError for everything else.
 */
export function readTextTable<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  file: string,
  kind: NumberKind<Values>,
): TableFile<Values> {
  const text = scanText(bytes, file, kind);
  const { numbers, count } = text;
  if (isTriples(text)) return tableOfTriples(text, file, kind);
  const layout = layoutOf(text);
  const broken = layout === undefined ? brokenTripleError(text, file) : undefined;
  if (broken !== undefined) throw broken;
  if (text.wordsLine !== undefined) {
    throw new UserError(
      `${file}:${text.wordsLine}: expected ${kind.expected}, got a line of words; only a list of lines "a w value" may have one`,
    );
  }
  if (layout === undefined) throw shapeError(text, file);
  const { bits, header, index } = layout;
  const size = 2 ** bits;
  const start = header ? size : 0;
  const { values, rowLabels } = splitIndexColumn(numbers.subarray(start, count), size, index);
  return {
    format: text.commas ? 'csv' : 'text',
    bits,
    values: kind.array(values),
    ...(rowLabels && { rowLabels: labelValues(rowLabels, file, 'index column') }),
    ...(header && { columnLabels: labelValues(numbers.subarray(0, size), file, 'header row') }),
  };
}

/** Splits rows that begin with a label into the labels and the table. */
function splitIndexColumn(
  numbers: Float64Array,
  size: number,
  index: boolean,
): { values: Float64Array; rowLabels?: Float64Array } {
  if (!index) return { values: numbers };
  const values = new Float64Array(size * size);
  const rowLabels = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const start = row * (size + 1);
    rowLabels[row] = numbers[start]!;
    values.set(numbers.subarray(start + 1, start + 1 + size), row * size);
  }
  return { values, rowLabels };
}
