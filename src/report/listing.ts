import { html } from './html.js';
import { textOf } from './markup.js';
import { counted } from './numbers.js';

/** One column of a listing. */
export interface ListingColumn<Row> {
  readonly header: string;
  /** What the header stands for. */
  readonly title?: string;
  /** Class of its cells; those of 'number' are sorted as numbers. */
  readonly look?: 'number' | 'long' | 'hash';
  /** What is sorted by; null comes last. */
  readonly value: (row: Row) => string | number | null;
  /** Default: the value; '–' for null. */
  readonly text?: (row: Row) => string;
  /** Markup in place of the text. */
  readonly markup?: (row: Row) => string;
  /** What the filter looks into; default: nothing. */
  readonly search?: (row: Row) => string;
}

/** A table whose header cells sort it, with a box that filters its rows, where there is one. */
export interface Listing<Row> {
  /** Says what it lists to those who do not see it. */
  readonly label: string;
  /** The first one heads the rows and stays in view. */
  readonly columns: readonly ListingColumn<Row>[];
  readonly rows: readonly Row[];
  /** Of the row, as an anchor of the page; default: none. */
  readonly id?: (row: Row) => string;
  readonly filter?: {
    readonly placeholder: string;
    readonly label: string;
    /** What rows are, in the singular and the plural. */
    readonly noun: readonly [string, string];
  };
}

/** The listing as markup; the page needs `listingStyle` and `listingScript`. */
export function listing<Row>({ label, columns, rows, id, filter }: Listing<Row>): string {
  const [first, ...others] = columns;
  const row = (entry: Row) =>
    html(
      'tr',
      { id: id?.(entry) },
      cell('th', first!, entry),
      ...others.map((column) => cell('td', column, entry)),
    );
  const table = html(
    'table',
    {},
    html('thead', {}, html('tr', {}, ...columns.map(headerCell))),
    html('tbody', {}, `\n${rows.map(row).join('\n')}\n`),
  );
  return html(
    'div',
    { class: 'listing' },
    ...(filter === undefined ? [] : [tools(filter, rows.length)]),
    html('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, table),
  );
}

function tools({ placeholder, label, noun }: NonNullable<Listing<never>['filter']>, rows: number): string {
  const box = html('input', {
    class: 'filter',
    type: 'search',
    placeholder,
    'aria-label': label,
    autocomplete: 'off',
  });
  const shown = html('span', { class: 'shown', role: 'status' }, textOf(counted(rows, ...noun)));
  return html('div', { class: 'tools' }, box, shown);
}

function headerCell<Row>({ header, title, look }: ListingColumn<Row>): string {
  const button = html('button', { type: 'button', title }, textOf(header));
  return html('th', { scope: 'col', class: look, 'aria-sort': 'none' }, button);
}

function cell<Row>(element: 'th' | 'td', column: ListingColumn<Row>, row: Row): string {
  const { value, text, markup, look, search } = column;
  const sorted = value(row);
  const shown = sorted === null ? '–' : (text?.(row) ?? String(sorted));
  const attributes = {
    scope: element === 'th' ? 'row' : undefined,
    class: look,
    'data-value': sorted === null ? undefined : sortKey(sorted),
    'data-search': search?.(row),
  };
  return html(element, attributes, html('div', {}, markup?.(row) ?? textOf(shown)));
}

/** Nine digits tell numbers apart, and keep long tables short. */
function sortKey(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(9))) : value;
}

export const listingStyle = `
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 12px 0; }
.tools input { width: 240px; max-width: 100%; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
.listing table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13px; }
.listing th, .listing td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; font-weight: normal; white-space: nowrap; }
.listing tbody tr:last-child > * { border-bottom: 0; }
.listing .number { text-align: right; font-variant-numeric: tabular-nums; }
.listing .long div { width: max-content; max-width: 220px; white-space: normal; overflow-wrap: anywhere; }
.listing .hash { font: 12px ui-monospace, "DejaVu Sans Mono", monospace; }
.listing thead th { background: var(--raised); padding: 0; }
.listing thead button { width: 100%; padding: 8px 10px; border: 0; background: none; font: inherit; font-weight: 600; color: inherit; text-align: inherit; white-space: nowrap; cursor: pointer; }
.listing thead button:focus-visible { outline-offset: -2px; }
.listing thead button::after { content: "\\2195"; margin-left: 4px; opacity: 0.35; }
.listing thead [aria-sort=ascending] button::after { content: "\\2191"; opacity: 1; }
.listing thead [aria-sort=descending] button::after { content: "\\2193"; opacity: 1; }
.listing th:first-child { position: sticky; left: 0; background: var(--paper); border-right: 1px solid var(--line); }
.listing thead th:first-child { background: var(--raised); }
`;
