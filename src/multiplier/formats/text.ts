import { UserError } from '../../util/errors.js';
import { TABLE_SIZE, type TableFile } from './table_file.js';
import { type ScannedText, scanText } from './text_scanner.js';

const ENTRIES = TABLE_SIZE * TABLE_SIZE;

/** Whether each of the lines holds as many numbers as stated: the first line, and every other one. */
function hasLines(text: ScannedText, lines: number, first: number, others: number): boolean {
  if (text.lines !== lines || text.lineCounts[0] !== first) return false;
  return text.lineCounts.subarray(1, lines).every((count) => count === others);
}

/** The error for a text whose numbers make no 256 × 256 table: what was counted, and the line that is off. */
function shapeError(text: ScannedText, file: string): UserError {
  if (text.count === 0)
    return new UserError(`${file}: the file holds no numbers, expected 256 × 256 integers`);
  let message = `${file}: ${text.count} numbers, expected 65536 (256 × 256)`;
  if (text.corner) message += ' below a header row of 256 operands';
  // One row per line, more or less: then the line that is off can be named.
  if (Math.abs(text.lines - TABLE_SIZE) <= 2) {
    const counts = text.lineCounts.subarray(1, Math.min(text.lines, text.lineCounts.length));
    const indexed = counts.filter((count) => count === TABLE_SIZE + 1).length > TABLE_SIZE / 2;
    const expected = TABLE_SIZE + (indexed ? 1 : 0);
    const isHeader = text.corner || (indexed && text.lineCounts[0] === TABLE_SIZE);
    const odd = text.lineCounts.findIndex(
      (count, i) => i < text.lines && count !== (isHeader && i === 0 ? TABLE_SIZE : expected),
    );
    if (odd >= 0) {
      message += `; line ${text.lineNumbers[odd]} holds ${text.lineCounts[odd]} of ${isHeader && odd === 0 ? TABLE_SIZE : expected}`;
    } else {
      message += `; ${text.lines} lines of numbers, expected ${TABLE_SIZE + (isHeader ? 1 : 0)}`;
    }
  }
  return new UserError(message);
}

/**
 * Reads the text format: 256 × 256 integers, row-major, separated by white space, commas, semicolons or bars,
 * broken into lines at will; with one row per line also a header row and an index column of operand values may
 * be there, drawn as
 *
 *     A\B | -128 -127 … 127
 *     ---------------------
 *     -128| 16384 16256 …
 *
 * `#` starts a comment. Throws a UserError for everything else.
 */
export function readTextTable(bytes: Uint8Array, file: string): TableFile {
  const text = scanText(bytes, file);
  const { numbers, count } = text;
  const ragged = text.lines === TABLE_SIZE && !hasLines(text, TABLE_SIZE, TABLE_SIZE, TABLE_SIZE);
  if (count === ENTRIES && !text.corner && !ragged) return { values: numbers.slice(0, ENTRIES) };
  if (count === ENTRIES + TABLE_SIZE && hasLines(text, TABLE_SIZE + 1, TABLE_SIZE, TABLE_SIZE)) {
    return { values: numbers.slice(TABLE_SIZE, count), columnLabels: numbers.slice(0, TABLE_SIZE) };
  }
  if (!text.corner && hasLines(text, TABLE_SIZE, TABLE_SIZE + 1, TABLE_SIZE + 1)) {
    return splitIndexColumn(numbers.subarray(0, count));
  }
  if (hasLines(text, TABLE_SIZE + 1, TABLE_SIZE, TABLE_SIZE + 1)) {
    const columnLabels = numbers.slice(0, TABLE_SIZE);
    return { ...splitIndexColumn(numbers.subarray(TABLE_SIZE, count)), columnLabels };
  }
  throw shapeError(text, file);
}

/** Splits 256 rows of 257 numbers into the row labels and the table. */
function splitIndexColumn(numbers: Int32Array): { values: Int32Array; rowLabels: Int32Array } {
  const values = new Int32Array(ENTRIES);
  const rowLabels = new Int32Array(TABLE_SIZE);
  for (let row = 0; row < TABLE_SIZE; row++) {
    const start = row * (TABLE_SIZE + 1);
    rowLabels[row] = numbers[start]!;
    values.set(numbers.subarray(start + 1, start + 1 + TABLE_SIZE), row * TABLE_SIZE);
  }
  return { values, rowLabels };
}
