/** A cell; null and NaN are empty. */
export type CsvValue = string | number | boolean | null;

/**
 * A table as RFC 4180 defines it: CRLF after every line, quotes around what holds commas, quotes or line breaks.
 * Numbers have all their digits and a decimal point. Text that a spreadsheet would run as a formula (it begins with
 * =, +, -, @, a tab or a line break) gets an apostrophe in front.
 */
export function csv(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  if (typeof value !== 'string') return value === null || Number.isNaN(value) ? '' : number(value);
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As in the JSON report. */
function number(value: number | boolean): string {
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
}
