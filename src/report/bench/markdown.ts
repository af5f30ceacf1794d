import { count, counted } from '../numbers.js';
import { printable, shorten } from '../printable.js';

/**
 * Text from a file as code in GitHub's Markdown, in a paragraph or a cell of a table. There it can neither become
 * markup nor a link, nor call anybody by @name.
 * @param most characters that are shown; longer text is shortened in the middle.
 */
export function code(text: string, most = 80): string {
  const clean = shorten(printable(text), most);
  // In a code span of a table backslashes, bars and backticks depend on the reader; character references do not.
  if (/[`|\\]/.test(clean) || clean.trim() === '') return `<code>${references(clean)}</code>`;
  return `\`${clean}\``;
}

/** Every character of ASCII that may mean something, as a reference. */
function references(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A row of a table. Cells are Markdown. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The two lines that a table begins with; names that end in `:` head columns of numbers. */
export function tableHead(names: readonly string[]): string[] {
  return [
    tableRow(names.map((name) => name.replace(/:$/, ''))),
    tableRow(names.map((name) => (name.endsWith(':') ? '--:' : '---'))),
  ];
}

/** A part of a document: rows between lines that always stay. */
export interface MarkdownSection {
  readonly head: readonly string[];
  /** Rows of a table or items of a list. */
  readonly rows: readonly string[];
  readonly tail: readonly string[];
}

/** A section to unfold; its title says how many rows there are. */
export function folded(
  title: string,
  head: readonly string[],
  rows: readonly string[],
  tail: readonly string[] = [],
): MarkdownSection {
  return {
    head: ['', `<details><summary>${title}: ${count(rows.length)}</summary>`, '', ...head],
    rows,
    tail: [...tail, '', '</details>'],
  };
}

/**
 * The sections as one document that ends with a newline. Where it would be longer than `limit`, the last rows of the
 * longest sections are left out, and a note says how many.
 * @param size of a text, in the unit of `limit`; that of two texts together is the sum.
 * @returns longer than `limit` only where the lines that stay are.
 */
export function fitSections(
  sections: readonly MarkdownSection[],
  limit: number,
  size: (text: string) => number,
): string {
  const sizeOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + size(`${line}\n`), 0);
  const needs = sections.map(({ rows }) => sizeOf(rows));
  const fixed = sections.reduce((sum, { head, tail }) => sum + sizeOf(head) + sizeOf(tail), 0);
  const all = needs.reduce((sum, need) => sum + need, 0);
  // Every section may get a note, none longer than that with all of its rows.
  const notes = sections.reduce((sum, { rows }) => sum + sizeOf(noteOf(rows.length)), 0);
  const share = fixed + all <= limit ? all : fairShare(needs, limit - fixed - notes);
  const lines = sections.flatMap(({ head, rows, tail }) => {
    let left = share;
    const end = rows.findIndex((row) => {
      left -= size(`${row}\n`);
      return left < 0;
    });
    const kept = end < 0 ? rows.length : end;
    const missing = rows.length - kept;
    return [...head, ...rows.slice(0, kept), ...(missing > 0 ? noteOf(missing) : []), ...tail];
  });
  return `${lines.join('\n')}\n`;
}

/** The most that each may have, so that all together have no more than `room`: who needs less leaves it to the others. */
function fairShare(needs: readonly number[], room: number): number {
  let left = room;
  const ascending = [...needs].sort((a, b) => a - b);
  for (const [index, need] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (need > share) return share;
    left -= need;
  }
  return room;
}

/** The blank line ends a table. */
function noteOf(missing: number): string[] {
  return [
    '',
    `_${counted(missing, 'more row is', 'more rows are')} left out: this text has a limit. The report has all._`,
  ];
}
