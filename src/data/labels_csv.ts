import { UserError } from '../util/errors.js';

export interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

const largestLabel = 1_000_000;
/** Characters; longer lines are no lines of such a file. */
const longestLine = 10_000;

/**
 * Parses `file,class_index` lines; a first line without a number is a header. Quotes around a file name that
 * holds commas are understood, further columns are not.
 * @param name of the file, for messages.
 * @throws UserError naming the line.
 */
export function parseLabelsCsv(text: string, name: string): LabelledFile[] {
  const rows: LabelledFile[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const row = parseRow(line);
    // A header has words in both columns.
    if (index === 0 && row !== undefined && /^[a-z_]/i.test(row.label)) continue;
    if (row === undefined || !/^\d{1,9}$/.test(row.label) || Number(row.label) > largestLabel) {
      throw new UserError(
        `${name}: line ${index + 1}: expected file,class_index, found ${JSON.stringify(line.slice(0, 80).trimEnd())}`,
      );
    }
    if (row.file === '' || row.file.includes('\0'))
      throw new UserError(`${name}: line ${index + 1}: no file name`);
    rows.push({ file: row.file, label: Number(row.label) });
  }
  if (rows.length === 0) throw new UserError(`${name}: names no images, expected lines of file,class_index`);
  return rows;
}

function parseRow(line: string): { file: string; label: string } | undefined {
  if (line.length > longestLine) return undefined;
  const quoted = /^"((?:[^"]|"")*)",(.*)$/s.exec(line);
  if (quoted !== null) return { file: quoted[1]!.replaceAll('""', '"'), label: quoted[2]!.trim() };
  const comma = line.indexOf(',');
  if (comma < 0) return undefined;
  return { file: line.slice(0, comma).trim(), label: line.slice(comma + 1).trim() };
}
