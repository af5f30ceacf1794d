import { UserError } from '../util/errors.js';

export interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

const largestLabel = 1_000_000;

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
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const parts = /^(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,"]*)),\s*(?<label>[^,]*?)\s*$/.exec(
      line,
    )?.groups;
    const isNumber = parts !== undefined && /^\d{1,9}$/.test(parts.label!);
    if (index === 0 && parts !== undefined && !/^[-+.\d]/.test(parts.label!)) continue;
    if (!isNumber || Number(parts.label) > largestLabel) {
      throw new UserError(
        `${name}: line ${index + 1}: expected file,class_index, found ${JSON.stringify(line.slice(0, 80))}`,
      );
    }
    const file = (parts.quoted?.replaceAll('""', '"') ?? parts.plain!).trim();
    if (file === '' || file.includes('\0')) throw new UserError(`${name}: line ${index + 1}: no file name`);
    rows.push({ file, label: Number(parts.label) });
  }
  if (rows.length === 0) throw new UserError(`${name}: names no images, expected lines of file,class_index`);
  return rows;
}
